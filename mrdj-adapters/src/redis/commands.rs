//! A line of commands to Redis, whatever carries it.

use std::sync::OnceLock;

use async_trait::async_trait;

use super::Fault;

/// Carries one command and its reply.
#[async_trait]
pub(crate) trait Commands: Send + Sync {
    /// The adapter's name in errors.
    fn adapter(&self) -> &'static str;

    /// Runs `command` with its `words` within two seconds; a reply that says no is a [`Fault`] with its code.
    async fn run(&self, command: &'static str, words: Vec<String>) -> Result<Reply, Fault>;
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// Nothing is there.
    Nil,
    /// A number.
    Integer(i64),
    /// A text.
    Text(String),
    /// Several.
    List(Vec<Reply>),
}

impl Reply {
    /// The text of a reply that is one.
    pub(super) fn text(self) -> Result<String, Fault> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Integer(number) => Ok(number.to_string()),
            Self::Nil | Self::List(_) => Err(Fault::unreadable()),
        }
    }

    /// The parts of a reply that has exactly `N`.
    pub(super) fn parts<const N: usize>(self) -> Result<[Self; N], Fault> {
        self.list()?.try_into().map_err(|_| Fault::unreadable())
    }

    /// The parts of a reply that has several.
    pub(super) fn list(self) -> Result<Vec<Self>, Fault> {
        if let Self::List(parts) = self { Ok(parts) } else { Err(Fault::unreadable()) }
    }
}

/// A script that Redis keeps, called by its digest.
#[derive(Debug)]
pub(super) struct Script {
    text: &'static str,
    digest: OnceLock<String>,
}

impl Script {
    pub(super) const fn new(text: &'static str) -> Self {
        Self { text, digest: OnceLock::new() }
    }

    /// Runs it over one `key`: one round trip, but for the first time and after Redis has forgotten it.
    pub(super) async fn run<const N: usize>(
        &self,
        commands: &dyn Commands,
        key: String,
        arguments: [String; N],
    ) -> Result<Reply, Fault> {
        let words = |first: &str| {
            let head = [first.to_owned(), "1".to_owned(), key.clone()];
            head.into_iter().chain(arguments.iter().cloned()).collect()
        };
        let digest = match self.digest.get() {
            Some(digest) => digest,
            None => {
                let loaded = commands.run("SCRIPT", vec!["LOAD".to_owned(), self.text.to_owned()]).await?.text()?;
                self.digest.get_or_init(|| loaded)
            }
        };
        match commands.run("EVALSHA", words(digest)).await {
            Err(fault) if fault.is("NOSCRIPT") => commands.run("EVAL", words(self.text)).await,
            ended => ended,
        }
    }
}
