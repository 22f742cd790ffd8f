//! The proof of what [`ExposureLog`](super::ExposureLog) and the [`Store`](crate::store::Store) promise of figures.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::contract::keeping;
use super::{
    Cell, Conversion, Experiment, ExperimentKey, Exposure, Figures, Goal, Seen, Shown, Step, Tally, VisitorId,
};
use crate::chance::Chance;
use crate::contract::given::seconds;
use crate::contract::{Case, House, Outcome};
use crate::error::PortError;
use crate::store::{Change, Changes};

/// Every promise about figures.
pub const CASES: &[Case<House>] = crate::cases![
    a_conversion_counts_once,
    a_conversion_counts_for_what_was_seen_before_it,
    an_exposure_that_is_told_late_finds_what_came_of_it,
    a_page_s_word_counts_for_who_is_not_known,
    figures_add_up,
];

impl House {
    async fn given_won(&self, conversions: &[&Conversion]) -> Outcome {
        let facts = conversions.iter().map(|one| Change::Convert(Box::new((*one).clone())));
        self.given(Changes::new().with_all(facts)).await
    }

    /// Somebody new who has seen a variation of `experiment` just now.
    async fn given_exposed(&self, experiment: &Experiment, variation: u8) -> Result<VisitorId, PortError> {
        let visitor = self.a_visitor();
        assert_eq!(self.records(&[self.a_view(experiment, variation, Some(visitor))]).await?, 1);
        self.pass(seconds(60));
        Ok(visitor)
    }
}

fn exposed(exposed: u64) -> Tally {
    Tally { exposed, ..Tally::default() }
}

async fn a_conversion_counts_once(house: House) -> Outcome {
    let hero = house.given_running("hero").await?;
    let visitor = house.given_exposed(&hero, 1).await?;
    let enquiry = house.a_conversion(Goal::Enquiry, Seen::by(visitor), 0);
    let booking = Conversion { id: enquiry.id, ..house.a_conversion(Goal::Booking, Seen::by(visitor), 99_500) };
    for _ in 0..3 {
        let all = [&enquiry, &booking, &enquiry];
        let commits = join_all((0..8).map(|_| house.given_won(&all))).await;
        commits.into_iter().collect::<Result<Vec<_>, _>>()?;
        house.days_pass(100);
    }
    let once = Tally { enquiries: 1, bookings: 1, value_cents: 99_500, squares: 99_500.0 * 99_500.0, ..exposed(1) };
    assert_eq!(house.counted(&hero, 1, false).await?, once);

    // A person who enquires and books again is one person, whose values add up.
    let again = house.given_exposed(&hero, 0).await?;
    let wins = [(Goal::Enquiry, 0), (Goal::Booking, 79_500), (Goal::Enquiry, 0), (Goal::Booking, 20_500)]
        .map(|(goal, cents)| house.a_conversion(goal, Seen::by(again), cents));
    let each = wins.each_ref();
    let commits = join_all(each.chunks(1).map(|won| house.given_won(won))).await;
    commits.into_iter().collect::<Result<Vec<_>, _>>()?;
    let sum = Tally { enquiries: 1, bookings: 1, value_cents: 100_000, squares: 1e10, ..exposed(1) };
    assert_eq!(house.counted(&hero, 0, false).await?, sum);
    Ok(())
}

async fn a_conversion_counts_for_what_was_seen_before_it(house: House) -> Outcome {
    let (hero, badge, late) =
        (house.given_running("hero").await?, house.given_running("badge").await?, house.given_running("late").await?);
    let visitor = house.a_visitor();
    let first = house.now();
    assert_eq!(house.records(&[house.a_view(&hero, 1, Some(visitor))]).await?, 1);
    house.days_pass(2);
    assert_eq!(house.records(&[house.a_view(&badge, 2, Some(visitor))]).await?, 1);
    let moment = SignedDuration::from_micros(1);
    let sent = |sent_at: Timestamp| Conversion { sent_at, ..house.a_conversion(Goal::Enquiry, Seen::by(visitor), 0) };
    let enquiries = async |experiment: &Experiment, variation| {
        Ok::<_, PortError>(house.counted(experiment, variation, false).await?.enquiries)
    };
    house.given_won(&[&sent(first - moment)]).await?;
    assert_eq!(enquiries(&hero, 1).await?, 0, "it was sent before");
    house.given_won(&[&sent(first + Conversion::WINDOW + moment)]).await?;
    assert_eq!((enquiries(&hero, 1).await?, enquiries(&badge, 2).await?), (0, 1), "too long after the first");
    house.given_won(&[&sent(first + Conversion::WINDOW)]).await?;
    assert_eq!((enquiries(&hero, 1).await?, enquiries(&badge, 2).await?), (1, 1));
    house.days_pass(29);
    assert_eq!(house.records(&[house.a_view(&late, 0, Some(visitor))]).await?, 1);
    assert_eq!(house.counted(&late, 0, false).await?, exposed(1), "it was seen afterwards");
    house.given_won(&[&house.a_conversion(Goal::Enquiry, Seen::by(house.a_visitor()), 0)]).await?;
    house.given_won(&[&house.a_conversion(Goal::Enquiry, Seen::default(), 0)]).await?;
    assert_eq!(house.counted(&late, 0, false).await?, exposed(1), "somebody else's");

    // Weeks later it becomes true, and is counted there; the experiment may be over by then.
    house.moved_on(&late, Step::Stop { winner: None }).await?;
    let sent_at = house.now();
    house.days_pass(45);
    let agreed = Conversion { sent_at, ..house.a_conversion(Goal::Booking, Seen::by(visitor), 99_500) };
    house.given_won(&[&agreed]).await?;
    let figures = house.ports.exposures.figures(&late.key).await?;
    let cell = Cell { phase: 1, day: agreed.day, variation: 0, anonymous: false };
    assert_eq!(figures.get(&cell).map(|tally| (tally.bookings, tally.value_cents)), Some((1, 99_500)), "{figures:?}");
    Ok(())
}

async fn an_exposure_that_is_told_late_finds_what_came_of_it(house: House) -> Outcome {
    let hero = house.given_running("hero").await?;
    let visitor = house.a_visitor();
    let seen = house.a_view(&hero, 2, Some(visitor));
    house.pass(seconds(90));
    house.given_won(&[&house.a_conversion(Goal::Enquiry, Seen::by(visitor), 0)]).await?;
    house.given_won(&[&house.a_conversion(Goal::Booking, Seen::by(visitor), 79_500)]).await?;
    house.given_won(&[&house.a_conversion(Goal::Booking, Seen::by(visitor), 500)]).await?;
    assert!(house.ports.exposures.figures(&hero.key).await?.is_empty());
    house.pass(seconds(90));
    let afterwards = house.a_view(&hero, 1, Some(visitor));
    assert_eq!(house.records(&[seen.clone(), afterwards]).await?, 1);
    let sum = Tally { exposed: 1, crossed: 1, enquiries: 1, bookings: 1, value_cents: 80_000, squares: 6.4e9 };
    assert_eq!(house.counted(&hero, 2, false).await?, sum);
    assert_eq!(house.records(&[seen]).await?, 0);
    assert_eq!(house.counted(&hero, 2, false).await?, sum, "and finds it once");
    Ok(())
}

async fn a_page_s_word_counts_for_who_is_not_known(house: House) -> Outcome {
    let before = house.now();
    house.pass(seconds(60));
    let hero = house.given_running("hero").await?;
    house.pass(seconds(60));
    let saying =
        |experiment: &ExperimentKey, variation| Seen::on_page([Shown { experiment: experiment.clone(), variation }]);
    let nobody = ExperimentKey::parse("nobody").expect("a key");
    let enquiry = house.a_conversion(Goal::Enquiry, saying(&hero.key, 1), 0);
    house.given_won(&[&enquiry, &enquiry]).await?;
    house.given_won(&[&enquiry]).await?;
    for booked in [99_500, 500] {
        house.given_won(&[&house.a_conversion(Goal::Booking, saying(&hero.key, 1), booked)]).await?;
    }
    let squares = 99_500.0 * 99_500.0 + 500.0 * 500.0;
    let sum = Tally { enquiries: 1, bookings: 2, value_cents: 100_000, squares, ..Tally::default() };
    assert_eq!(house.counted(&hero, 1, true).await?, sum, "each is somebody of their own");

    for nonsense in [saying(&hero.key, 3), saying(&nobody, 0), saying(&house.a_draft("draft").key, 0)] {
        house.given_won(&[&house.a_conversion(Goal::Enquiry, nonsense, 0)]).await?;
    }
    let too_early = house.a_conversion(Goal::Enquiry, saying(&hero.key, 1), 0);
    house.given_won(&[&Conversion { sent_at: before, ..too_early }]).await?;
    let known = Seen { visitor: Some(house.a_visitor()), ..saying(&hero.key, 1) };
    house.given_won(&[&house.a_conversion(Goal::Enquiry, known, 0)]).await?;
    assert_eq!(house.counted(&hero, 1, true).await?, sum, "who is known counts by what they saw");

    let sent_at = house.now();
    house.pass(seconds(60));
    house.given(keeping(&hero.step(&Step::Stop { winner: None }, "rik", house.now()).expect("it runs"))).await?;
    house.days_pass(30);
    let of = |sent_at| Conversion { sent_at, ..house.a_conversion(Goal::Enquiry, saying(&hero.key, 0), 0) };
    house.given_won(&[&of(sent_at), &of(house.now())]).await?;
    assert_eq!(house.counted(&hero, 0, true).await?.enquiries, 1, "after its end it was shown to nobody");
    Ok(())
}

/// What happens in a business, in the order in which it is told.
enum Told {
    Views(Vec<Exposure>),
    Won(Conversion),
}

/// Two months of visitors who come, come again, cross, enquire and book, told in another order than they happened.
async fn figures_add_up(house: House) -> Outcome {
    let experiments = [house.given_running("hero").await?, house.given_running("badge").await?];
    let visitors: Vec<_> = (0..60).map(|_| house.a_visitor()).collect();
    let roll = |sides: usize| (house.chance.bits() % sides as u64) as usize;
    let mut told = Vec::new();
    for _ in 0..120 {
        house.pass(SignedDuration::from_mins(12 * 60 - 7));
        let views = (0..roll(8)).map(|_| {
            let visitor = (roll(5) > 0).then(|| visitors[roll(60)]);
            house.a_view(&experiments[roll(2)], u8::try_from(roll(3)).expect("small"), visitor)
        });
        told.push(Told::Views(views.collect()));
        if roll(2) == 0 {
            let (goal, cents) = [(Goal::Enquiry, 0), (Goal::Booking, 79_500), (Goal::Booking, 129_501)][roll(3)];
            let won = house.a_conversion(goal, Seen::by(visitors[roll(60)]), cents);
            told.push(Told::Won(Conversion { sent_at: won.at - SignedDuration::from_hours(roll(500) as i64), ..won }));
        }
    }
    // Batches wait for a store that is away, and overtake each other.
    for n in 0..told.len() {
        let other = (n + roll(12)).min(told.len() - 1);
        told.swap(n, other);
    }
    for one in &told {
        match one {
            Told::Views(views) => drop(house.records(views).await?),
            Told::Won(won) => house.given_won(&[won]).await?,
        }
    }
    for experiment in &experiments {
        let kept = sums(&house.ports.exposures.figures(&experiment.key).await?);
        let worth_a_look = |tally: &Tally| tally.crossed > 0 && tally.enquiries > 0 && tally.bookings > 0;
        assert!(kept.values().any(worth_a_look), "{kept:?}");
        assert_eq!(kept, counted_anew(&told, &experiment.key), "{}", experiment.key);
    }
    Ok(())
}

/// The figures of each variation, by people and by views, over all days.
fn sums(figures: &Figures) -> BTreeMap<(u8, bool), Tally> {
    let mut sums: BTreeMap<_, Tally> = BTreeMap::new();
    for (cell, tally) in figures {
        *sums.entry((cell.variation, cell.anonymous)).or_default() += *tally;
    }
    sums
}

/// The same from everything that was told, row by row.
fn counted_anew(told: &[Told], experiment: &ExperimentKey) -> BTreeMap<(u8, bool), Tally> {
    let views = told.iter().flat_map(|one| match one {
        Told::Views(views) => views.as_slice(),
        Told::Won(_) => &[],
    });
    let mut of_visitors: BTreeMap<VisitorId, Vec<&Exposure>> = BTreeMap::new();
    let mut sums: BTreeMap<_, Tally> = BTreeMap::new();
    for view in views.filter(|view| view.experiment == *experiment) {
        match view.visitor {
            Some(visitor) => of_visitors.entry(visitor).or_default().push(view),
            None => *sums.entry((view.variation, true)).or_default() += exposed(1),
        }
    }
    for (visitor, views) in of_visitors {
        let first = views[0];
        let won = told.iter().filter_map(|one| match one {
            Told::Won(won) if won.seen.visitor == Some(visitor) && won.follows(first.at) => Some(won),
            _ => None,
        });
        let of = |goal| won.clone().filter(move |won| won.goal == goal);
        let value_cents = of(Goal::Booking).map(|won| won.value_cents).sum::<u64>();
        *sums.entry((first.variation, false)).or_default() += Tally {
            exposed: 1,
            crossed: u64::from(views.iter().any(|view| view.variation != first.variation)),
            enquiries: u64::from(of(Goal::Enquiry).next().is_some()),
            bookings: u64::from(of(Goal::Booking).next().is_some()),
            value_cents,
            squares: value_cents as f64 * value_cents as f64,
        };
    }
    sums
}
