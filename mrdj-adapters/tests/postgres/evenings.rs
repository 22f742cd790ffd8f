//! What the database holds about evenings, whoever writes.

use mrdj_core::contract::{Case, Outcome};

use crate::given::Given;

pub(crate) const CASES: &[Case<Given>] = mrdj_core::cases![the_database_itself_holds_an_evening_once];

async fn the_database_itself_holds_an_evening_once(given: Given) -> Outcome {
    given.reached(given.config()).await?;
    let mut line = given.line().await;
    let first = "INSERT INTO mrdj.resource (id, body) VALUES ('dj', '{}');
        INSERT INTO mrdj.occupation (owner, nr, resource, resource_nr, units, starts, ends, why, alone)
        SELECT gen_random_uuid(), 0, 'dj', nr, 1, 1798700000000000, 1798721600000000, '\"booked\"', true FROM mrdj.resource";
    sqlx::raw_sql(first).execute(&mut line).await.expect("nothing is there yet");
    let again = |starts: i64, ends: i64, alone: bool| {
        sqlx::AssertSqlSafe(format!(
            "INSERT INTO mrdj.occupation (owner, nr, resource, resource_nr, units, starts, ends, why, alone)
            SELECT gen_random_uuid(), 0, 'dj', nr, 1, {starts}, {ends}, '{{}}', {alone} FROM mrdj.resource"
        ))
    };
    let (start, end) = (1_798_700_000_000_000, 1_798_721_600_000_000);
    // To the last microsecond, and from the first.
    for (starts, ends) in
        [(start, end), (start - 5, start + 1), (end - 1, end + 5), (start + 1, end - 1), (start - 1, end + 1)]
    {
        let refused = sqlx::query(again(starts, ends, true)).execute(&mut line).await.expect_err("it is taken");
        assert!(refused.to_string().contains("nothing_is_booked_twice"), "{refused}");
    }
    for (starts, ends, alone) in [(start - 5, start, true), (end, end + 5, true), (start, end, false)] {
        sqlx::query(again(starts, ends, alone)).execute(&mut line).await.expect("it only touches, or takes nothing");
    }
    Ok(())
}
