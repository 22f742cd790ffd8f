//! The proof of [`IdempotencyBook`](crate::idempotency::IdempotencyBook).

use super::given::{key, seconds};
use super::{Case, House, Outcome};
use crate::idempotency::{IdempotencyKey, KEPT_FOR};
use crate::store::{Change, Changes, Commit, Refusal};

/// Every promise of the book.
pub const CASES: &[Case<House>] =
    crate::cases![answer_is_recalled_to_the_byte, old_answers_are_forgotten, sweep_takes_old_answers_alone];

async fn answer_is_recalled_to_the_byte(house: House) -> Outcome {
    let longest = "k".repeat(255);
    let answers = [("a", "{\"name\": \"Zoë\\u0000\",\r\n  \"n\": 1.0}  "), ("A", ""), ("a%", "🎉"), (&longest, "long")];
    for (text, answer) in answers {
        let record = house.an_answer(&key(text), answer);
        house.given(Changes::new().with(Change::Remember(record))).await?;
        house.pass(jiff::SignedDuration::from_micros(1_001));
    }
    let mut at = house.now();
    for (text, answer) in answers.into_iter().rev() {
        at -= jiff::SignedDuration::from_micros(1_001);
        let mut expected = house.an_answer(&key(text), answer);
        expected.at = at;
        assert_eq!(house.ports.answers.recall(&key(text), house.now()).await?, Some(expected));
    }
    let elsewhere = IdempotencyKey::parse("another-operation", "a").expect("a key");
    assert_eq!(house.ports.answers.recall(&elsewhere, house.now()).await?, None);
    assert_eq!(house.ports.answers.recall(&key("b"), house.now()).await?, None);
    Ok(())
}

async fn old_answers_are_forgotten(house: House) -> Outcome {
    let old = house.an_answer(&key("daily"), "yesterday's");
    house.given(Changes::new().with(Change::Remember(old.clone()))).await?;
    house.pass(KEPT_FOR - seconds(1));
    assert_eq!(house.ports.answers.recall(&old.key, house.now()).await?.as_ref(), Some(&old));
    let early = Changes::new().with(Change::Remember(house.an_answer(&old.key, "too early")));
    assert_eq!(house.ports.store.commit(early).await?, Commit::Refused(Refusal::KeyTaken));

    house.pass(seconds(2));
    assert_eq!(house.ports.answers.recall(&old.key, house.now()).await?, None);
    let new = house.an_answer(&old.key, "today's");
    house.given(Changes::new().with(Change::Remember(new.clone()))).await?;
    assert_eq!(house.ports.answers.recall(&new.key, house.now()).await?, Some(new), "its key is free again");
    Ok(())
}

async fn sweep_takes_old_answers_alone(house: House) -> Outcome {
    let mut answers = Vec::new();
    for n in 0..5 {
        answers.push(house.an_answer(&key(&format!("visitor-{n}")), "answer"));
        house.given(Changes::new().with(Change::Remember(answers[n].clone()))).await?;
        house.pass(seconds(60));
    }
    assert_eq!(house.ports.answers.sweep(house.now(), 10).await?, 0, "all are recalled");
    house.pass(KEPT_FOR - seconds(90));
    let now = house.now();
    assert_eq!(house.ports.answers.sweep(now, 0).await?, 0);
    assert_eq!(house.ports.answers.sweep(now, 3).await?, 3);
    assert_eq!(house.ports.answers.sweep(now, 3).await?, 1, "the fifth is half a minute too young");
    assert_eq!(house.ports.answers.sweep(now, 3).await?, 0);
    assert_eq!(house.ports.answers.recall(&answers[4].key, now).await?.as_ref(), Some(&answers[4]));
    Ok(())
}
