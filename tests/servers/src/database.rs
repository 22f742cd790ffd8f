//! A database for one test.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// The variable that names the server which tests share.
pub const TEST_POSTGRES_URL: &str = "TEST_POSTGRES_URL";

static MADE: AtomicU32 = AtomicU32::new(0);

/// An empty database on a server, dropped with this value.
#[derive(Debug)]
pub struct Database {
    server: String,
    name: String,
}

impl Database {
    /// Makes one on the server at `server`, an address that may create databases.
    pub async fn create(server: &str) -> Result<Self, sqlx::Error> {
        let name = format!("mrdj_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let mut line = PgConnection::connect(server).await?;
        // A run that was killed may have left one of the same name.
        for statement in [format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"), format!("CREATE DATABASE {name}")] {
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut line).await?;
        }
        line.close().await?;
        Ok(Self { server: server.to_owned(), name })
    }

    /// Makes one on the server that [`TEST_POSTGRES_URL`] names; `None` when it names none.
    pub async fn shared() -> Option<Result<Self, sqlx::Error>> {
        let server = std::env::var(TEST_POSTGRES_URL).ok()?;
        Some(Self::create(&server).await)
    }

    /// The address of the server it lies on.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Its address.
    pub fn url(&self) -> String {
        self.at(&self.server)
    }

    /// Its address at `server`, such as a pooler in front of its own.
    pub fn at(&self, server: &str) -> String {
        let (server, query) = server.split_once('?').map_or((server, None), |(server, query)| (server, Some(query)));
        let scheme = server.find("://").map_or(0, |at| at + 3);
        let end = server[scheme..].find('/').map_or(server.len(), |at| scheme + at);
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        format!("{}/{}{query}", &server[..end], self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // Dropping takes a conversation, which takes a runtime; the one around this may be on its way out.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async {
                let mut line = PgConnection::connect(&server).await.ok()?;
                let statement = AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
                sqlx::raw_sql(statement).execute(&mut line).await.ok()
            })
        });
        // A server that has gone has taken the database along.
        let _ = dropping.join();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_takes_the_place_of_the_servers_own_database() {
        for (server, expected) in [
            (
                "postgres://u:p@localhost:5432/postgres?sslmode=disable",
                "postgres://u:p@localhost:5432/x?sslmode=disable",
            ),
            ("postgres://localhost", "postgres://localhost/x"),
        ] {
            let database = std::mem::ManuallyDrop::new(Database { server: server.to_owned(), name: "x".to_owned() });
            assert_eq!(database.url(), expected);
        }
    }
}
