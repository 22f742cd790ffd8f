//! A schedule of one's own: each night a courier writes down how many enquiries there are.
//!
//! ```sh
//! cargo run --example nightly_report
//! ```
//!
//! Nobody has to wait for the night: the program behaves as if it had last run two days ago. Two nights were missed, and
//! the latest is caught up with at once.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_adapters::system::{SystemChance, SystemClock};
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{Carried, Courier, Delivery, Found, Owed, QueueName, QueueRule, Recall, Schedule, Scheduler};
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::leads::{EnquiryForm, LeadBook, LeadFilter, LeadKind, Visit};
use mrdj_http::composition::{Crew, House};
use mrdj_http::settings::{Settings, Sources};

const REPORTS: QueueName = QueueName::new("reports");

/// Writes one file for each night.
struct ReportCourier {
    leads: Arc<dyn LeadBook>,
    directory: PathBuf,
}

#[async_trait]
impl Courier for ReportCourier {
    fn queue(&self) -> QueueName {
        REPORTS
    }

    fn recall(&self) -> Recall {
        // The night has one file: to write it again is harmless.
        Recall::SendAgain
    }

    async fn carry(&self, delivery: &Delivery, _: Timestamp) -> Result<Carried, PortError> {
        let night = Schedule::occurrence(delivery);
        let enquiries = self.leads.list(&LeadFilter::default(), 1_000).await?.len();
        let file = self.directory.join(format!("{}.txt", night.strftime("%Y-%m-%d")));
        let report = format!("due at {night}; enquiries in the house: {enquiries}\n");
        fs::write(&file, report).map_err(|cause| {
            PortError::new(ErrorKind::Unavailable, "reports", "write", "the file cannot be written").because(cause)
        })?;
        Ok(Carried::Delivered { receipt: file.file_name().map(|name| name.to_string_lossy().into_owned()) })
    }

    async fn ask(&self, _: &Delivery, _: Timestamp) -> Result<Found, PortError> {
        Ok(Found::Missing)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    print!("{}", report_in(directory.path()).await?);
    Ok(())
}

/// Runs a house with everything in `directory` until the report of last night is there.
async fn report_in(directory: &Path) -> Result<String, Box<dyn Error>> {
    let house = House::open(settings_in(directory)?).await?;
    let zone = house.settings().business.zone.clone();
    let nightly = Schedule::parse("report.nightly", "30 2 * * *", zone, Owed::now(REPORTS, "report.nightly"))?;
    let courier = ReportCourier { leads: house.leads(), directory: directory.to_owned() };
    let built = house.with_courier(courier, QueueRule::default()).with_schedule(nightly.clone()).build()?;

    let form = EnquiryForm {
        name: "Jan Jansen".into(),
        email: "jan@example.com".into(),
        phone: "0612345678".into(),
        event_type: "Bruiloft".into(),
        ..EnquiryForm::default()
    };
    built.app.intake.submit(LeadKind::Contact, &form, Visit::default()).await?;

    let store = Arc::new(built.store.clone());
    let two_days_ago = SystemClock.now() - SignedDuration::from_hours(48);
    Scheduler::new(vec![nightly], store.clone(), store, Arc::new(SystemChance)).turn(two_days_ago).await?;

    let crew = built.crew.map(Crew::start);
    let report = tokio::time::timeout(Duration::from_secs(20), first_report(directory)).await;
    if let Some(crew) = crew {
        crew.stop(built.shutdown_timeout).await;
    }
    built.store.close().await;
    Ok(report?)
}

/// Settings as nobody has set any, with every file in `directory`.
fn settings_in(directory: &Path) -> Result<Settings, Box<dyn Error>> {
    let data_dir = BTreeMap::from([("DATA_DIR".to_owned(), directory.display().to_string())]);
    let sources = Sources::gather(data_dir, BTreeMap::new(), Box::new(|path| fs::read_to_string(path)))?;
    Ok(Settings::parse(&sources)?)
}

/// Waits for the first report, and reads it.
async fn first_report(directory: &Path) -> String {
    loop {
        let files = fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut reports = files.filter(|file| file.extension().is_some_and(|extension| extension == "txt"));
        let report = reports.next().and_then(|file| fs::read_to_string(file).ok());
        if let Some(report) = report.filter(|report| report.ends_with('\n')) {
            return report;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_night_that_was_missed_last_is_reported_once() {
        let directory = tempfile::tempdir().expect("a directory");
        let report = report_in(directory.path()).await.expect("a report");
        assert!(report.ends_with("enquiries in the house: 1\n"), "{report}");
        let files = fs::read_dir(directory.path()).expect("a directory").flatten();
        let reports = files.filter(|file| file.path().extension().is_some_and(|extension| extension == "txt"));
        assert_eq!(reports.count(), 1, "of two missed nights one");
    }
}
