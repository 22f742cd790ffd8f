//! The proof of [`ExperimentBook`](super::ExperimentBook), of experiments in the [`Store`](crate::store::Store), and of what
//! [`ExposureLog`](super::ExposureLog) promises of each exposure.

use futures_util::future::join_all;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::json;

use super::{
    Conversion, Definition, EXPOSURE_IDS_KEPT_FOR, Experiment, ExperimentKey, Exposure, Goal, Seen, Step, Tally,
    VisitorId,
};
use crate::contract::given::seconds;
use crate::contract::{Case, House, Outcome};
use crate::error::PortError;
use crate::id::Id;
use crate::store::{Change, Changes, Commit, Refusal};

/// Every promise about experiments and about each exposure.
pub const CASES: &[Case<House>] = crate::cases![
    experiment_comes_back,
    experiments_are_listed_by_key,
    an_experiment_moves_on_from_what_was_read,
    a_visitor_is_counted_once,
    the_first_variation_stays,
    a_view_without_a_visitor_is_counted_once,
    what_nobody_keeps_counts_nothing,
    old_exposures_are_forgotten_and_figures_stay,
    old_ids_of_views_are_forgotten,
];

impl House {
    /// A draft called `key` that tries three things; not yet committed.
    pub(super) fn a_draft(&self, key: &str) -> Experiment {
        let form = json!({
            "key": key, "name": "Één proef 🎉", "hypothesis": "Wie \"A\" ziet, \\ vraagt\neerder dan 'B' % _.",
            "variations": [
                { "key": "control", "weight": 0.3334 },
                { "key": "variant_a", "weight": 0.3333 },
                { "key": "variant_b", "weight": 0.3333 },
            ],
            "condition": { "device": { "$in": ["phone", "tablet"] } },
            "goal": "revenue", "guardrails": ["enquiries", "bookings"], "minimumSample": 300, "smallestEffect": 0.15,
        });
        let (key, definition) = Definition::read(&form).expect("cases define real experiments");
        Experiment::draft(Id::new(self.now(), &self.chance), key, definition, "rik", self.now())
    }

    /// An experiment called `key` in its first phase, committed.
    pub(super) async fn given_running(&self, key: &str) -> Result<Experiment, PortError> {
        let draft = self.a_draft(key);
        self.given(keeping(&draft)).await?;
        self.moved_on(&draft, Step::Start).await
    }

    /// The experiment after a step, committed.
    pub(super) async fn moved_on(&self, experiment: &Experiment, step: Step) -> Result<Experiment, PortError> {
        let after = experiment.step(&step, "rik", self.now()).expect("cases take real steps");
        self.given(keeping(&after)).await?;
        Ok(after)
    }

    /// Somebody new who agreed to be known again.
    pub(super) fn a_visitor(&self) -> VisitorId {
        VisitorId::new(&self.chance)
    }

    /// That `visitor` sees a variation of `experiment` now.
    pub(super) fn a_view(&self, experiment: &Experiment, variation: u8, visitor: Option<VisitorId>) -> Exposure {
        let key = &experiment.definition.variations[usize::from(variation)].key;
        let id = Id::new(self.now(), &self.chance);
        experiment.exposure(id, key, visitor, self.now(), &TimeZone::UTC).expect("it runs and has it")
    }

    /// An enquiry or a booking of somebody who had `seen` something, sent and true now, worth so many cents.
    pub(super) fn a_conversion(&self, goal: Goal, seen: Seen, value_cents: u64) -> Conversion {
        let (at, day) = (self.now(), self.now().to_zoned(TimeZone::UTC).date());
        Conversion { id: Id::<()>::new(at, &self.chance).uuid(), goal, seen, sent_at: at, value_cents, at, day }
    }

    pub(super) async fn records(&self, exposures: &[Exposure]) -> Result<u64, PortError> {
        self.ports.exposures.record(exposures).await
    }

    /// What was counted of one variation, over all phases and days, by people or by views.
    pub(super) async fn counted(
        &self,
        experiment: &Experiment,
        variation: u8,
        anonymous: bool,
    ) -> Result<Tally, PortError> {
        let mut sum = Tally::default();
        for (cell, tally) in self.ports.exposures.figures(&experiment.key).await? {
            if cell.variation == variation && cell.anonymous == anonymous {
                sum += tally;
            }
        }
        Ok(sum)
    }

    /// Lets so many days pass.
    pub(super) fn days_pass(&self, days: i64) {
        self.pass(SignedDuration::from_hours(24 * days));
    }
}

pub(super) fn keeping(experiment: &Experiment) -> Changes {
    Changes::new().with(Change::KeepExperiment(Box::new(experiment.clone())))
}

async fn experiment_comes_back(house: House) -> Outcome {
    house.pass(SignedDuration::from_micros(1_234_567));
    let draft = house.a_draft("hero.cta_v-2");
    house.given(keeping(&draft)).await?;
    let find = async |key: &str| house.ports.experiments.find(&ExperimentKey::parse(key).expect("a key")).await;
    assert_eq!(find("hero.cta_v-2").await?.as_ref(), Some(&draft));
    house.pass(SignedDuration::from_micros(1));
    let mut known = house.moved_on(&draft, Step::Start).await?;
    let reason = "één kant krijgt te weinig".to_owned();
    for step in [
        Step::Freeze { reason },
        Step::Begin(Box::new(draft.definition.clone())),
        Step::Pause,
        Step::Stop { winner: Some("variant_a".to_owned()) },
    ] {
        house.pass(seconds(1));
        known = house.moved_on(&known, step).await?;
        assert_eq!(find("hero.cta_v-2").await?.as_ref(), Some(&known));
    }
    for other in ["hero.cta_v-", "hero.cta_v-3", "HERO.CTA_V-2"] {
        assert_eq!(find(other).await?, None, "{other}");
    }
    Ok(())
}

async fn experiments_are_listed_by_key(house: House) -> Outcome {
    assert_eq!(house.ports.experiments.list().await?, []);
    let mut experiments = Vec::new();
    for key in ["b", "a-b", "B", "a.b", "a"] {
        experiments.push(house.given_running(key).await?);
    }
    experiments[0] = house.moved_on(&experiments[0], Step::Pause).await?;
    experiments.sort_by(|one, other| one.key.cmp(&other.key));
    assert_eq!(house.ports.experiments.list().await?, experiments);
    Ok(())
}

async fn an_experiment_moves_on_from_what_was_read(house: House) -> Outcome {
    let drafts: Vec<_> = (0..10).map(|_| house.a_draft("hero")).collect();
    let commits = join_all(drafts.iter().map(|draft| house.ports.store.commit(keeping(draft)))).await;
    let commits = commits.into_iter().collect::<Result<Vec<_>, _>>()?;
    assert_eq!(commits.iter().filter(|commit| **commit == Commit::Done).count(), 1, "of one key there is one");
    let running = {
        let kept = house.ports.experiments.find(&drafts[0].key).await?.expect("one was committed");
        house.moved_on(&kept, Step::Start).await?
    };
    let steps = [Step::Pause, Step::Stop { winner: None }];
    let both = steps.map(|step| running.step(&step, "rik", house.now()).expect("it runs"));
    let commits = join_all(both.iter().map(|after| house.ports.store.commit(keeping(after)))).await;
    let commits = commits.into_iter().collect::<Result<Vec<_>, _>>()?;
    assert!(commits.contains(&Commit::Done) && commits.contains(&Commit::Refused(Refusal::VersionMoved)));
    let unheard_of = Experiment { version: 2, ..house.a_draft("nobody") };
    let refused = Commit::Refused(Refusal::VersionMoved);
    assert_eq!(house.ports.store.commit(keeping(&unheard_of)).await?, refused);
    Ok(())
}

async fn a_visitor_is_counted_once(house: House) -> Outcome {
    let (hero, badge) = (house.given_running("hero").await?, house.given_running("badge").await?);
    let visitors: Vec<_> = (0..40).map(|_| house.a_visitor()).collect();
    let views = |experiment: &Experiment| -> Vec<_> {
        let place = |n: usize| u8::try_from(n % 3).expect("small");
        visitors.iter().enumerate().map(|(n, id)| house.a_view(experiment, place(n), Some(*id))).collect()
    };
    let batches: Vec<_> = (0..6).map(|n| views(if n % 2 == 0 { &hero } else { &badge })).collect();
    let recorded = join_all(batches.iter().map(|batch| house.records(batch))).await;
    let recorded: u64 = recorded.into_iter().collect::<Result<Vec<_>, _>>()?.iter().sum();
    assert_eq!(recorded, 80, "each once in each experiment");
    house.days_pass(20);
    assert_eq!(house.records(&[views(&hero), views(&badge)].concat()).await?, 0);
    for (variation, exposed) in [(0, 14), (1, 13), (2, 13)] {
        assert_eq!(house.counted(&hero, variation, false).await?, Tally { exposed, ..Tally::default() });
    }
    // Another phase counts anew.
    let anew = house.moved_on(&hero, Step::Begin(Box::new(hero.definition.clone()))).await?;
    assert_eq!(house.records(&[house.a_view(&anew, 1, Some(visitors[0]))]).await?, 1);
    let figures = house.ports.exposures.figures(&hero.key).await?;
    let phases = [1, 2].map(|phase| figures.iter().filter(|(cell, _)| cell.phase == phase).count());
    assert_eq!(phases, [3, 1], "{figures:?}");
    Ok(())
}

async fn the_first_variation_stays(house: House) -> Outcome {
    let hero = house.given_running("hero").await?;
    let visitor = Some(house.a_visitor());
    assert_eq!(house.records(&[house.a_view(&hero, 1, visitor), house.a_view(&hero, 1, visitor)]).await?, 1);
    house.days_pass(1);
    let others = [house.a_view(&hero, 2, visitor), house.a_view(&hero, 0, visitor)];
    assert_eq!(house.records(&others).await?, 0);
    assert_eq!(house.records(&others).await?, 0);
    assert_eq!(house.counted(&hero, 1, false).await?, Tally { exposed: 1, crossed: 1, ..Tally::default() });
    assert_eq!(house.counted(&hero, 0, false).await?, Tally::default());
    let within_one_batch = Some(house.a_visitor());
    let both = [house.a_view(&hero, 0, within_one_batch), house.a_view(&hero, 1, within_one_batch)];
    assert_eq!(house.records(&both).await?, 1);
    assert_eq!(house.counted(&hero, 0, false).await?, Tally { exposed: 1, crossed: 1, ..Tally::default() });
    // They crossed on the day on which they met the other.
    let figures = house.ports.exposures.figures(&hero.key).await?;
    let told: Vec<_> = figures.iter().map(|(cell, tally)| (cell.variation, tally.exposed, tally.crossed)).collect();
    assert_eq!(told, [(1, 1, 0), (0, 1, 1), (1, 0, 1)], "in order of days");
    Ok(())
}

async fn a_view_without_a_visitor_is_counted_once(house: House) -> Outcome {
    let hero = house.given_running("hero").await?;
    let views: Vec<_> = (0..30).map(|_| house.a_view(&hero, 2, None)).collect();
    let recorded = join_all((0..5).map(|_| house.records(&views))).await;
    let recorded: u64 = recorded.into_iter().collect::<Result<Vec<_>, _>>()?.iter().sum();
    assert_eq!(recorded, 30);
    house.pass(EXPOSURE_IDS_KEPT_FOR - seconds(1));
    house.ports.exposures.sweep_exposure_ids(house.then(-EXPOSURE_IDS_KEPT_FOR), 100).await?;
    assert_eq!(house.records(&views).await?, 0);
    let (known, unknown) = (house.counted(&hero, 2, false).await?, house.counted(&hero, 2, true).await?);
    assert_eq!((known, unknown), (Tally::default(), Tally { exposed: 30, ..Tally::default() }));
    Ok(())
}

async fn what_nobody_keeps_counts_nothing(house: House) -> Outcome {
    let hero = house.given_running("hero").await?;
    let draft = house.a_draft("draft");
    house.given(keeping(&draft)).await?;
    let view = house.a_view(&hero, 0, Some(house.a_visitor()));
    let key = |key: &str| ExperimentKey::parse(key).expect("a key");
    let views = [
        Exposure { experiment: key("nobody"), ..view.clone() },
        Exposure { experiment: draft.key.clone(), ..view.clone() },
        Exposure { variation: 3, ..view.clone() },
        Exposure { phase: 0, ..view.clone() },
        Exposure { phase: 2, ..view.clone() },
    ];
    for view in views.iter().flat_map(|view| [view.clone(), Exposure { visitor: None, ..view.clone() }]) {
        assert_eq!(house.records(std::slice::from_ref(&view)).await?, 0, "{view:?}");
    }
    assert_eq!(house.records(&[]).await?, 0);
    for experiment in [&hero.key, &draft.key, &key("nobody")] {
        assert!(house.ports.exposures.figures(experiment).await?.is_empty());
    }
    assert_eq!(house.records(&[view]).await?, 1, "what is told of beside nonsense counts");
    Ok(())
}

async fn old_exposures_are_forgotten_and_figures_stay(house: House) -> Outcome {
    let hero = house.given_running("hero").await?;
    let mut views = Vec::new();
    for _ in 0..5 {
        let visitor = house.a_visitor();
        views.push(house.a_view(&hero, 0, Some(visitor)));
        house.records(&views).await?;
        let won = house.a_conversion(Goal::Enquiry, Seen::by(visitor), 0);
        house.given(Changes::new().with(Change::Convert(Box::new(won)))).await?;
        house.pass(seconds(60));
    }
    let counted = house.counted(&hero, 0, false).await?;
    assert_eq!(counted, Tally { exposed: 5, enquiries: 5, ..Tally::default() });
    let sweep = |before, limit| house.ports.exposures.sweep_exposures(before, limit);
    assert_eq!(sweep(views[0].at, 10).await?, 0, "the first is not older than itself");
    assert_eq!(sweep(house.now(), 0).await?, 0);
    assert_eq!(sweep(house.now(), 2).await?, 4, "of each kind");
    assert_eq!(sweep(views[4].at, 10).await?, 4, "the last is too young");
    assert_eq!(house.counted(&hero, 0, false).await?, counted);
    assert_eq!(house.records(&views).await?, 4, "who comes again is somebody new");
    Ok(())
}

async fn old_ids_of_views_are_forgotten(house: House) -> Outcome {
    let hero = house.given_running("hero").await?;
    let mut views = Vec::new();
    for _ in 0..5 {
        views.push(house.a_view(&hero, 0, None));
        house.records(&views).await?;
        house.pass(seconds(60));
    }
    let sweep = |before, limit| house.ports.exposures.sweep_exposure_ids(before, limit);
    assert_eq!(sweep(views[0].at, 10).await?, 0);
    assert_eq!(sweep(house.now(), 2).await?, 2);
    assert_eq!(sweep(views[4].at, 10).await?, 2);
    assert_eq!(house.counted(&hero, 0, true).await?.exposed, 5);
    assert_eq!(house.records(&views).await?, 4);
    Ok(())
}
