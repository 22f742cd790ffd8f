//! Carries mails through the mailer.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    CONFIRMATION, ClientLinks, House, Letter, MAIL, Mail, Mailer, NOTICE, PostOffice, Postage, PostageRule,
    Suppression, confirmation, notice,
};
use crate::bookings::BookingBook;
use crate::contacts::EmailAddress;
use crate::delivery::{Carried, Courier, Delivery, Found, QueueName, Recall};
use crate::error::{ErrorKind, PortError};
use crate::id::Id;
use crate::leads::{Lead, LeadBook};

/// Carries the mails of leads and bookings: reads the one it is about, buys postage, writes the letter, hands it to the mailer.
pub struct MailCourier {
    /// Takes the mails.
    pub mailer: Arc<dyn Mailer>,
    /// Sells postage.
    pub post_office: Arc<dyn PostOffice>,
    /// Where leads are read.
    pub leads: Arc<dyn LeadBook>,
    /// Where bookings are read.
    pub bookings: Arc<dyn BookingBook>,
    /// Where a client sees his booking, if there is such a place.
    pub links: Option<ClientLinks>,
    /// How many confirmations may leave.
    pub postage: PostageRule,
    /// The business, as mails name it.
    pub house: House,
}

#[async_trait]
impl Courier for MailCourier {
    fn queue(&self) -> QueueName {
        MAIL
    }

    fn recall(&self) -> Recall {
        self.mailer.recall()
    }

    async fn carry(&self, delivery: &Delivery, now: Timestamp) -> Result<Carried, PortError> {
        if delivery.kind.starts_with("booking.") {
            return self.carry_booking(delivery, now).await;
        }
        let Some(lead) = self.leads.find(Id::from_uuid(delivery.subject)).await? else {
            return Ok(skipped("the enquiry is no longer there"));
        };
        match delivery.kind.as_str() {
            CONFIRMATION => self.confirm(delivery, &lead, now).await,
            NOTICE => self.notify(delivery, &lead, now).await,
            kind => Err(PortError::new(ErrorKind::Rejected, "mail", "carry", format!("no mail is called {kind}"))),
        }
    }

    async fn ask(&self, delivery: &Delivery, now: Timestamp) -> Result<Found, PortError> {
        let sent = self.mailer.find_sent(delivery.id, now).await?;
        Ok(sent.map_or(Found::Missing, |receipt| Found::Delivered { receipt: Some(receipt.0) }))
    }
}

impl MailCourier {
    async fn confirm(&self, delivery: &Delivery, lead: &Lead, now: Timestamp) -> Result<Carried, PortError> {
        let Some(to) = lead.email() else {
            return Ok(skipped("the enquiry names no mailbox"));
        };
        match self.post_office.pay(to, delivery.id, self.postage, now).await? {
            Postage::Paid => self.send(mail(delivery, lead, to, None, confirmation(&self.house, lead)), now).await,
            Postage::MailboxSpent => Ok(skipped("this mailbox had its confirmation")),
            Postage::Suppressed(why) => Ok(suppressed(why)),
            Postage::HourSpent { until } => {
                Ok(Carried::PutOff { at: until, reason: "the hour's confirmations are spent".to_owned() })
            }
        }
    }

    async fn notify(&self, delivery: &Delivery, lead: &Lead, now: Timestamp) -> Result<Carried, PortError> {
        let Some(inbox) = &self.house.inbox else {
            return Ok(skipped("no inbox is set up for notices"));
        };
        let letter = notice(&self.house, lead, delivery.edition > 1);
        self.send(mail(delivery, lead, inbox, lead.email(), letter), now).await
    }

    pub(super) async fn send(&self, mail: Mail, now: Timestamp) -> Result<Carried, PortError> {
        let receipt = self.mailer.send(&mail, now).await?;
        Ok(Carried::Delivered { receipt: Some(receipt.0) })
    }
}

fn mail(delivery: &Delivery, lead: &Lead, to: &EmailAddress, reply_to: Option<&EmailAddress>, letter: Letter) -> Mail {
    Mail {
        delivery: delivery.id,
        kind: delivery.kind.clone(),
        reference: lead.reference.to_string(),
        to: to.clone(),
        reply_to: reply_to.cloned(),
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
        attachments: Vec::new(),
    }
}

/// A mailbox that takes no mail gets none.
pub(super) fn suppressed(why: Suppression) -> Carried {
    skipped(&format!("this mailbox is suppressed: {}", why.word()))
}

pub(super) fn skipped(reason: &str) -> Carried {
    Carried::Skipped { reason: reason.to_owned() }
}

#[cfg(all(test, feature = "mocks"))]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use uuid::Uuid;

    use crate::bookings::MockBookingBook;
    use crate::delivery::Owed;
    use crate::error::Remedy;
    use crate::leads::MockLeadBook;
    use crate::messages::fixture::{house, lead};
    use crate::messages::{Language, MailReceipt, MockMailer, MockPostOffice};
    use crate::mocks::FakeChance;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn courier(mailer: MockMailer, post_office: MockPostOffice, found: Option<Lead>) -> MailCourier {
        let mut leads = MockLeadBook::new();
        leads.expect_find().returning(move |_| Ok(found.clone()));
        MailCourier {
            mailer: Arc::new(mailer),
            post_office: Arc::new(post_office),
            leads: Arc::new(leads),
            bookings: Arc::new(MockBookingBook::new()),
            links: None,
            postage: PostageRule::default(),
            house: House { inbox: EmailAddress::parse("info@example.com").ok(), ..house() },
        }
    }

    fn delivery(kind: &str) -> Delivery {
        Delivery::new(Owed::now(MAIL, kind), Uuid::nil(), NOW, &FakeChance::seeded(7))
    }

    fn carry(courier: &MailCourier, delivery: &Delivery) -> Result<Carried, PortError> {
        courier.carry(delivery, NOW).now_or_never().expect("doubles answer at once")
    }

    /// A mailer that takes one mail, which has to pass `check`.
    fn takes(check: impl Fn(&Mail) -> bool + Send + 'static) -> MockMailer {
        let mut mailer = MockMailer::new();
        let once = mailer.expect_send().once().withf(move |mail, _| check(mail));
        once.returning(|_, _| Ok(MailReceipt("m-1".to_owned())));
        mailer
    }

    /// A post office that says `answer` to one letter for the customer.
    fn says(answer: Postage) -> MockPostOffice {
        let mut post_office = MockPostOffice::new();
        let once = post_office.expect_pay().once().withf(|to, delivery, _, now| {
            to.as_str() == "jan@example.com" && *delivery == self::delivery(CONFIRMATION).id && *now == NOW
        });
        once.returning(move |_, _, _, _| Ok(answer));
        post_office
    }

    fn reason(carried: Result<Carried, PortError>) -> String {
        match carried.expect("no error") {
            Carried::Skipped { reason } => reason,
            other => panic!("not skipped: {other:?}"),
        }
    }

    #[test]
    fn a_paid_confirmation_leaves_for_the_customer() {
        let wanted = confirmation(&house(), &lead(Language::En));
        let mailer = takes(move |mail| {
            let addressed = mail.to.as_str() == "jan@example.com" && mail.reply_to.is_none();
            let written = (&mail.subject, &mail.text, &mail.html) == (&wanted.subject, &wanted.text, &wanted.html);
            let marked = mail.delivery == delivery(CONFIRMATION).id && mail.kind == CONFIRMATION;
            addressed && written && marked && mail.reference == "web-20261121-0123456789abcde"
        });
        let courier = courier(mailer, says(Postage::Paid), Some(lead(Language::En)));
        let carried = carry(&courier, &delivery(CONFIRMATION)).expect("carried");
        assert_eq!(carried, Carried::Delivered { receipt: Some("m-1".to_owned()) });
    }

    #[test]
    fn a_mailbox_that_had_its_confirmation_gets_no_other() {
        let courier = courier(MockMailer::new(), says(Postage::MailboxSpent), Some(lead(Language::Nl)));
        assert_eq!(reason(carry(&courier, &delivery(CONFIRMATION))), "this mailbox had its confirmation");
    }

    #[test]
    fn a_suppressed_mailbox_gets_nothing() {
        let suppressed = Postage::Suppressed(Suppression::Complaint);
        let courier = courier(MockMailer::new(), says(suppressed), Some(lead(Language::Nl)));
        assert_eq!(reason(carry(&courier, &delivery(CONFIRMATION))), "this mailbox is suppressed: complaint");
    }

    #[test]
    fn a_spent_hour_puts_the_confirmation_off() {
        let until = Timestamp::constant(3_600, 0);
        let courier = courier(MockMailer::new(), says(Postage::HourSpent { until }), Some(lead(Language::Nl)));
        let carried = carry(&courier, &delivery(CONFIRMATION)).expect("put off");
        assert!(matches!(carried, Carried::PutOff { at, .. } if at == until), "{carried:?}");
    }

    #[test]
    fn an_enquiry_without_a_mailbox_is_not_confirmed_and_costs_no_postage() {
        let mut lead = lead(Language::Nl);
        lead.enquiry.email = None;
        let courier = courier(MockMailer::new(), MockPostOffice::new(), Some(lead));
        assert_eq!(reason(carry(&courier, &delivery(CONFIRMATION))), "the enquiry names no mailbox");
    }

    #[test]
    fn a_notice_goes_to_the_inbox_and_is_answered_to_the_customer() {
        for (edition, opening) in [(1, "New enquiry"), (2, "Addition to an enquiry")] {
            let mailer = takes(move |mail| {
                let reply_to = mail.reply_to.as_ref().map(EmailAddress::as_str);
                let addressed = mail.to.as_str() == "info@example.com" && reply_to == Some("jan@example.com");
                addressed && mail.kind == NOTICE && mail.subject.starts_with(opening)
            });
            let courier = courier(mailer, MockPostOffice::new(), Some(lead(Language::En)));
            let carried = carry(&courier, &Delivery { edition, ..delivery(NOTICE) }).expect("carried");
            assert_eq!(carried, Carried::Delivered { receipt: Some("m-1".to_owned()) });
        }
    }

    #[test]
    fn without_an_inbox_no_notice_leaves() {
        let mut courier = courier(MockMailer::new(), MockPostOffice::new(), Some(lead(Language::Nl)));
        courier.house.inbox = None;
        assert_eq!(reason(carry(&courier, &delivery(NOTICE))), "no inbox is set up for notices");
    }

    #[test]
    fn an_enquiry_that_was_removed_is_not_written_about() {
        let courier = courier(MockMailer::new(), MockPostOffice::new(), None);
        assert_eq!(reason(carry(&courier, &delivery(NOTICE))), "the enquiry is no longer there");
    }

    #[test]
    fn a_mail_that_nobody_knows_is_given_up() {
        let courier = courier(MockMailer::new(), MockPostOffice::new(), Some(lead(Language::Nl)));
        let error = carry(&courier, &delivery("lead.poem")).expect_err("unknown");
        assert_eq!((error.kind, error.remedy), (ErrorKind::Rejected, Remedy::GiveUp));
    }

    #[test]
    fn what_the_mailer_says_comes_through() {
        let mut mailer = MockMailer::new();
        let away = || PortError::new(ErrorKind::Unavailable, "mailer", "send", "away").remedy(Remedy::AskFirst);
        mailer.expect_send().once().returning(move |_, _| Err(away()));
        mailer.expect_recall().return_const(Recall::LookUp);
        let courier = courier(mailer, MockPostOffice::new(), Some(lead(Language::Nl)));
        assert_eq!(carry(&courier, &delivery(NOTICE)).expect_err("away").remedy, Remedy::AskFirst);
        assert_eq!((courier.queue(), courier.recall()), (MAIL, Recall::LookUp));
    }

    #[test]
    fn asking_tells_whether_the_mailer_has_it() {
        for (sent, found) in
            [(Some("m-1"), Found::Delivered { receipt: Some("m-1".to_owned()) }), (None, Found::Missing)]
        {
            let mut mailer = MockMailer::new();
            let asked = mailer.expect_find_sent().once().withf(|id, _| *id == delivery(NOTICE).id);
            asked.returning(move |_, _| Ok(sent.map(|id| MailReceipt(id.to_owned()))));
            let courier = courier(mailer, MockPostOffice::new(), None);
            let answer = courier.ask(&delivery(NOTICE), NOW).now_or_never().expect("doubles answer at once");
            assert_eq!(answer.expect("an answer"), found);
        }
    }
}
