//! The proof of [`DeliveryDesk`](super::DeliveryDesk).

use jiff::SignedDuration;

use super::{Delivery, DeliveryId, Ending, Filter, Order, QueueFigures, State, Status};
use crate::contract::given::{LANE, SIDE_LANE, ids, seconds};
use crate::contract::{Case, House, Outcome};
use crate::error::{ErrorKind, PortError};
use crate::id::Id;
use crate::store::{Change, Changes};

/// Every promise of the desk.
pub const CASES: &[Case<House>] = crate::cases![
    list_filters_and_pages,
    replay_wakes_the_dead,
    accept_settles_a_doubt,
    remove_forgets,
    orders_leave_active_deliveries,
    hurry_takes_the_delayed_and_the_dead,
    figures_count_each_state,
];

async fn list_filters_and_pages(house: House) -> Outcome {
    let each = house.given_one_of_each().await?;
    let foreign = house.a_delivery(SIDE_LANE, SignedDuration::ZERO);
    house.given_deliveries([&foreign]).await?;

    for (status, delivery) in &each {
        let filter = Filter { status: Some(*status), queue: Some(LANE), ..Filter::default() };
        assert_eq!(listed(&house, &filter, 10).await?, std::slice::from_ref(delivery), "{status:?}");
    }
    let about = Filter { subject: Some(each[2].1.subject), ..Filter::default() };
    assert_eq!(listed(&house, &about, 10).await?, [each[2].1.clone()]);
    let nowhere = Filter { queue: Some(SIDE_LANE), ..about };
    assert_eq!(listed(&house, &nowhere, 10).await?, [], "every filter holds at once");
    let elsewhere = Filter { queue: Some(SIDE_LANE), ..Filter::default() };
    assert_eq!(listed(&house, &elsewhere, 10).await?, std::slice::from_ref(&foreign));

    let mut all: Vec<_> = each.iter().map(|(_, delivery)| delivery.clone()).chain([foreign]).collect();
    all.sort_by_key(|delivery| delivery.id);
    assert_eq!(listed(&house, &Filter::default(), 10).await?, all);
    assert_eq!(paged(&house, Filter::default(), 2).await?, ids(&all));

    let delayed_later = Filter { status: Some(Status::Delayed), ..Filter::default() };
    house.pass(seconds(600));
    assert_eq!(listed(&house, &delayed_later, 10).await?, [], "its moment has come");
    let waiting = Filter { status: Some(Status::Waiting), ..Filter::default() };
    assert_eq!(listed(&house, &waiting, 10).await?.len(), 3);
    assert_eq!(paged(&house, waiting, 1).await?.len(), 3);

    let gone = all.iter().find(|delivery| delivery.status(house.now()) == Status::Dead).expect("one is dead").id;
    house.ports.desk.order(gone, Order::Remove, house.now()).await?;
    let after = Filter { after: Some(gone), ..Filter::default() };
    let rest: Vec<_> = all.into_iter().filter(|delivery| delivery.id > gone).collect();
    assert_eq!(listed(&house, &after, 10).await?, rest, "a page may follow what was removed meanwhile");
    Ok(())
}

async fn listed(house: &House, filter: &Filter, limit: usize) -> Result<Vec<Delivery>, PortError> {
    house.ports.desk.list(filter, limit, house.now()).await
}

/// What pages of `size` show, one after the other.
async fn paged(house: &House, mut filter: Filter, size: usize) -> Result<Vec<DeliveryId>, PortError> {
    let mut seen = Vec::new();
    // More pages than there are deliveries: paging that never ends is seen as too many.
    for _ in 0..20 {
        let page = ids(&listed(house, &filter, size).await?);
        assert!(page.len() <= size);
        filter.after = page.last().copied();
        seen.extend(page);
        if filter.after.is_none() {
            break;
        }
    }
    Ok(seen)
}

async fn replay_wakes_the_dead(house: House) -> Outcome {
    let leased = house.given_leased().await?;
    house.settled(&leased, Ending::Again { at: house.now(), counted: true }).await?;
    let leased = house.lease_the_one().await?;
    let dead = house.settled(&leased, Ending::Dead { reason: "gave up after 2 attempts".to_owned() }).await?;
    let history = house.ports.desk.attempts(dead.id).await?;
    house.pass(seconds(60));
    assert_eq!(house.lease(1).await?, [], "nobody tries it again by himself");

    let before = house.ports.desk.order(dead.id, Order::Replay, house.now()).await?;
    assert_eq!(before.as_ref(), Some(&dead));
    let replayed = house.kept(dead.id).await?;
    assert_eq!((&replayed.state, replayed.failures), (&State::Ready { at: house.now() }, 0));
    assert_eq!((replayed.attempts, history.len()), (2, 2));
    assert_eq!(house.ports.desk.attempts(dead.id).await?, history, "its history is kept");

    let leased = house.lease_the_one().await?;
    house.settled(&leased, Ending::InDoubt { ask_at: None, counted: false }).await?;
    house.ports.desk.order(dead.id, Order::Replay, house.now()).await?;
    assert!(!house.lease_the_one().await?.asking(), "a replayed doubt did not arrive");

    let put_off = house.a_delivery(LANE, seconds(600));
    house.given_deliveries([&put_off]).await?;
    house.ports.desk.order(put_off.id, Order::Replay, house.now()).await?;
    assert_eq!(house.lease_the_one().await?.id, put_off.id);

    let nobody = Id::new(house.now(), &house.chance);
    assert_eq!(house.ports.desk.order(nobody, Order::Replay, house.now()).await?, None);
    Ok(())
}

async fn accept_settles_a_doubt(house: House) -> Outcome {
    for ask_at in [None, Some(house.then(seconds(30)))] {
        let leased = house.given_leased().await?;
        let doubt = house.settled(&leased, Ending::InDoubt { ask_at, counted: false }).await?;
        house.pass(seconds(10));
        assert_eq!(house.ports.desk.order(doubt.id, Order::Accept, house.now()).await?.as_ref(), Some(&doubt));
        let accepted = house.kept(doubt.id).await?;
        assert_eq!(accepted.state, State::Done { at: house.now(), receipt: None, skipped: None });
        assert_eq!((accepted.attempts, accepted.failures), (doubt.attempts, doubt.failures));
    }
    house.pass(seconds(600));
    assert_eq!(house.lease(2).await?, [], "neither leaves again");
    Ok(())
}

async fn remove_forgets(house: House) -> Outcome {
    let each = house.given_one_of_each().await?;
    let removable = || each.iter().filter(|(status, _)| *status != Status::Active).map(|(_, delivery)| delivery);
    for delivery in removable() {
        let before = house.ports.desk.order(delivery.id, Order::Remove, house.now()).await?;
        assert_eq!(before.as_ref(), Some(delivery));
        assert_eq!(house.ports.desk.find(delivery.id).await?, None);
        assert_eq!(house.ports.desk.attempts(delivery.id).await?, []);
        assert_eq!(house.ports.desk.order(delivery.id, Order::Remove, house.now()).await?, None);
    }
    assert_eq!(ids(&listed(&house, &Filter::default(), 10).await?), [each[0].1.id], "its neighbour stays");

    for delivery in removable() {
        let again = Delivery {
            id: Id::new(house.now(), &house.chance),
            state: State::Ready { at: house.now() },
            attempts: 0,
            failures: 0,
            fence: 0,
            ..delivery.clone()
        };
        house.given(Changes::new().with(Change::Deliver(again.clone()))).await?;
        assert_eq!(house.kept(again.id).await?, again, "the same fact is owed again");
    }
    Ok(())
}

async fn orders_leave_active_deliveries(house: House) -> Outcome {
    let active = house.given_leased().await?;
    for order in [Order::Replay, Order::Accept, Order::Remove] {
        assert_eq!(refused(&house, active.id, order).await, ErrorKind::Conflict, "{order:?}");
        assert_eq!(house.kept(active.id).await?, active, "{order:?}");
    }
    let done = house.settled(&active, Ending::Delivered { receipt: None }).await?;
    for order in [Order::Replay, Order::Accept] {
        assert_eq!(refused(&house, done.id, order).await, ErrorKind::Conflict, "{order:?}");
    }
    assert_eq!(house.kept(done.id).await?, done);
    let waiting = house.given_due_deliveries(1).await?.remove(0);
    assert_eq!(refused(&house, waiting.id, Order::Accept).await, ErrorKind::Conflict);
    assert_eq!(house.lease_the_one().await?.id, waiting.id, "what is in no doubt still leaves");
    Ok(())
}

async fn refused(house: &House, id: DeliveryId, order: Order) -> ErrorKind {
    house.ports.desk.order(id, order, house.now()).await.expect_err("the state does not allow it").kind
}

async fn hurry_takes_the_delayed_and_the_dead(house: House) -> Outcome {
    let put_off = house.a_delivery(LANE, seconds(600));
    house.given_deliveries([&put_off]).await?;
    house.pass(seconds(1));
    let each = house.given_one_of_each().await?;
    house.pass(seconds(1));
    let last = house.a_delivery(LANE, seconds(600));
    let foreign = house.a_delivery(SIDE_LANE, seconds(600));
    house.given_deliveries([&last, &foreign]).await?;

    let mut movable = vec![put_off, last];
    let movables = each.iter().filter(|(status, _)| matches!(status, Status::Delayed | Status::Dead));
    movable.extend(movables.map(|(_, delivery)| delivery.clone()));
    movable.sort_by_key(|delivery| delivery.id);
    let (first, rest) = movable.split_at(3);
    assert_eq!(house.ports.desk.hurry(&LANE, 0, house.now()).await?, []);
    assert_eq!(house.ports.desk.hurry(&LANE, 3, house.now()).await?, ids(first), "the oldest, whatever they were");
    assert_eq!(house.kept(rest[0].id).await?, rest[0]);
    assert_eq!(house.ports.desk.hurry(&LANE, 10, house.now()).await?, ids(rest));
    assert_eq!(house.ports.desk.hurry(&LANE, 10, house.now()).await?, [], "what is due is not hurried");

    for delivery in movable {
        let id = delivery.id;
        assert_eq!(Some(house.kept(id).await?), delivery.hurry(house.now()));
    }
    let others = each.iter().filter(|(status, _)| !matches!(status, Status::Delayed | Status::Dead));
    for (status, delivery) in others {
        assert_eq!(house.kept(delivery.id).await?, *delivery, "{status:?}");
    }
    assert_eq!(house.kept(foreign.id).await?, foreign, "another queue is left alone");
    Ok(())
}

async fn figures_count_each_state(house: House) -> Outcome {
    assert_eq!(house.ports.desk.figures(house.now()).await?, []);
    house.given_one_of_each().await?;
    house.pass(seconds(90));
    house.given_due_deliveries(1).await?;
    let arriving = house.lease(2).await?;
    assert_eq!(arriving.len(), 2);
    for leased in &arriving {
        house.settled(leased, Ending::Delivered { receipt: None }).await?;
    }
    house.pass(seconds(9));
    house.given_due_deliveries(1).await?;
    house.pass(seconds(1));
    let lane = QueueFigures {
        waiting: 1,
        delayed: 1,
        active: 1,
        in_doubt: 1,
        dead: 1,
        // Two arrived ten seconds ago; the minute of a third is over.
        done_last_minute: 2,
        oldest_age: Some(seconds(100)),
        p95_age: Some(seconds(100)),
        most_attempts: 1,
        ..QueueFigures::empty(LANE)
    };
    assert_eq!(house.ports.desk.figures(house.now()).await?, [lane]);

    house.pass(seconds(500));
    for _ in 0..100 {
        house.given_deliveries([&house.a_delivery(SIDE_LANE, seconds(50))]).await?;
        house.pass(seconds(1));
    }
    let mut figures = house.ports.desk.figures(house.now()).await?;
    figures.sort_by(|a, b| a.queue.cmp(&b.queue));
    assert_eq!((figures[0].waiting, figures[0].delayed), (2, 0), "its moment has come");
    let side_lane = QueueFigures {
        waiting: 51,
        delayed: 49,
        oldest_age: Some(seconds(100)),
        // The ages are 1 to 100 s, and 95 of them are below this one.
        p95_age: Some(seconds(96)),
        ..QueueFigures::empty(SIDE_LANE)
    };
    assert_eq!(figures[1], side_lane);
    Ok(())
}
