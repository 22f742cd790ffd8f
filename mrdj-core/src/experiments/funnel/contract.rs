//! The proof of [`FunnelLog`](super::FunnelLog).

use futures_util::future::join_all;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};

use super::{FunnelCell, FunnelFigures, PAGE_EVENT_IDS_KEPT_FOR, PageEvent, PageEventKind, VariantId};
use crate::contract::given::seconds;
use crate::contract::{Case, House, Outcome};
use crate::error::PortError;
use crate::id::Id;

/// Every promise about what pages tell.
pub const CASES: &[Case<House>] = crate::cases![
    a_batch_of_page_events_counts_what_is_new,
    a_page_event_counts_once,
    funnel_figures_are_those_of_their_days,
    old_ids_of_page_events_are_forgotten_and_figures_stay,
];

impl House {
    /// That a page which showed `variant` tells of a step now.
    fn a_step(&self, kind: PageEventKind, variant: &str) -> PageEvent {
        let id = Id::new(self.now(), &self.chance);
        PageEvent { id, kind, variant: VariantId::from_stored(variant), at: self.now(), day: self.today() }
    }

    fn today(&self) -> Date {
        self.now().to_zoned(TimeZone::UTC).date()
    }

    async fn tells(&self, events: &[PageEvent]) -> Result<u64, PortError> {
        self.ports.funnel.record_page_events(events).await
    }

    async fn told_today(&self) -> Result<FunnelFigures, PortError> {
        self.told(self.today(), after(self.today(), 1)).await
    }

    async fn told(&self, from: Date, to: Date) -> Result<FunnelFigures, PortError> {
        self.ports.funnel.funnel_figures(from, to).await
    }
}

fn after(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).expect("cases last no thousand years")
}

async fn a_batch_of_page_events_counts_what_is_new(house: House) -> Outcome {
    assert_eq!(house.tells(&[]).await?, 0);
    assert_eq!(house.told_today().await?, FunnelFigures::default());
    let variants = ["default_master", "city_den-bosch", "Één \"variant\" \\ 'x' % _"];
    let step = |n: usize| house.a_step(PageEventKind::ALL[n % 6], variants[n % 3]);
    let batch: Vec<_> = (0..1_000).map(step).collect();
    assert_eq!(house.tells(&batch).await?, 1_000);
    assert_eq!(house.told_today().await?, FunnelFigures::of(&batch));
    let more: Vec<_> = (0..250).map(step).collect();
    let half_new = [&batch[700..], &more, &batch[..300]].concat();
    assert_eq!(house.tells(&half_new).await?, 250, "what was there before is counted no more");
    assert_eq!(house.told_today().await?, FunnelFigures::of(batch.iter().chain(&more)));
    Ok(())
}

async fn a_page_event_counts_once(house: House) -> Outcome {
    let batch: Vec<_> = (0..60).map(|n| house.a_step(PageEventKind::ALL[n % 6], "default_master")).collect();
    let recorded = join_all((0..6).map(|n| {
        let (mut batch, house) = (batch.clone(), &house);
        batch.rotate_left(n * 10);
        async move { house.tells(&batch).await }
    }));
    let recorded: u64 = recorded.await.into_iter().collect::<Result<Vec<_>, _>>()?.iter().sum();
    assert_eq!(recorded, 60, "each once, in however many batches at once");

    // What came first under an id stays, whatever is told under it later.
    let first = house.a_step(PageEventKind::FormStart, "festival_crowd");
    let other = PageEvent { kind: PageEventKind::FormSubmit, ..first.clone() };
    assert_eq!(house.tells(&[first.clone(), other.clone(), first.clone()]).await?, 1);
    assert_eq!(house.tells(std::slice::from_ref(&other)).await?, 0);
    let all = FunnelFigures::of(batch.iter().chain([&first]));
    assert_eq!(house.told_today().await?, all);

    let day = house.today();
    house.pass(PAGE_EVENT_IDS_KEPT_FOR - seconds(1));
    house.ports.funnel.sweep_page_event_ids(house.then(-PAGE_EVENT_IDS_KEPT_FOR), 100).await?;
    let late: Vec<_> = batch.iter().map(|event| PageEvent { at: house.now(), ..event.clone() }).collect();
    assert_eq!(house.tells(&late).await?, 0);
    assert_eq!(house.told(day, after(house.today(), 1)).await?, all);
    Ok(())
}

async fn funnel_figures_are_those_of_their_days(house: House) -> Outcome {
    let first = house.today();
    let mut told = Vec::new();
    for n in 0..40 {
        let kinds = &PageEventKind::ALL[..n % 4];
        let events: Vec<_> = kinds.iter().map(|kind| house.a_step(*kind, "luxury_private")).collect();
        assert_eq!(house.tells(&events).await?, kinds.len() as u64);
        told.extend(events);
        house.pass(SignedDuration::from_hours(24));
    }
    let all = FunnelFigures::of(&told);
    for (from, to) in [(0, 40), (5, 6), (30, 90), (-9, 3), (7, 7), (20, 10), (40, 60)] {
        let (from, to) = (after(first, from), after(first, to));
        assert_eq!(house.told(from, to).await?, all.between(from, to), "{from} to {to}");
    }
    assert_eq!(house.told(Date::MIN, Date::MAX).await?, all);
    Ok(())
}

async fn old_ids_of_page_events_are_forgotten_and_figures_stay(house: House) -> Outcome {
    let old: Vec<_> = (0..5).map(|_| house.a_step(PageEventKind::CtaClick, "default_master")).collect();
    house.tells(&old).await?;
    house.pass(seconds(60));
    let (border, day) = (house.now(), house.today());
    let young = house.a_step(PageEventKind::CtaClick, "default_master");
    house.tells(std::slice::from_ref(&young)).await?;
    let sweep = |limit| house.ports.funnel.sweep_page_event_ids(border, limit);
    assert_eq!((sweep(3).await?, sweep(3).await?, sweep(3).await?), (3, 2, 0), "a little at a time");
    let clicks = |events| {
        let variant = VariantId::from_stored("default_master");
        FunnelFigures::from_iter([(FunnelCell { day, variant, kind: PageEventKind::CtaClick }, events)])
    };
    assert_eq!(house.told_today().await?, clicks(6));
    assert_eq!(house.tells(&[young]).await?, 0, "it is known still");
    assert_eq!(house.tells(&old).await?, 5, "nobody knows these any more");
    assert_eq!(house.told_today().await?, clicks(11));
    Ok(())
}
