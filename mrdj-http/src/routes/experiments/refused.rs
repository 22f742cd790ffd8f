//! Why an experiment was not made or not changed, as a problem document.

use mrdj_core::experiments::{DefinitionFault, ExperimentError, StepRefused};
use mrdj_core::leads::{Fault, Faults};
use mrdj_core::messages::Language;

use crate::problem::{Detail, Kind, Problem};

/// Everything that is wrong with what was sent.
#[derive(Default)]
pub(super) struct Wrong(pub(super) Vec<Detail>);

impl Wrong {
    pub(super) fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(Detail { field: field.to_owned(), message: message.into() });
    }

    /// Adds what is wrong with a definition that lies in the field `within`, or is the whole form.
    pub(super) fn definition(&mut self, within: &str, faults: Vec<DefinitionFault>) {
        for DefinitionFault { field, message } in faults {
            let place = [within, &field].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
            self.add(&place.join("."), message);
        }
    }

    /// Adds what is wrong in words that all forms share.
    pub(super) fn fault(&mut self, fault: Fault, language: Language) {
        self.add(fault.field, fault.message(language));
    }

    /// The problem that this is, if something is wrong.
    pub(super) fn told(self) -> Result<(), Problem> {
        match self.0.len() {
            0 => Ok(()),
            1 => Err(Problem::new(Kind::InvalidForm, "one field is wrong").details(self.0)),
            many => Err(Problem::new(Kind::InvalidForm, format!("{many} fields are wrong")).details(self.0)),
        }
    }
}

/// The problem that `error` is.
pub(super) fn problem(error: ExperimentError, language: Language) -> Problem {
    let mut wrong = Wrong::default();
    match error {
        ExperimentError::Invalid(faults) => wrong.definition("", faults.0),
        ExperimentError::OtherKey => wrong.add("key", error.to_string()),
        ExperimentError::Step(StepRefused::NoSuchVariation) => {
            let code = mrdj_core::leads::FaultCode::Unknown;
            return Problem::invalid_form(&Faults(vec![Fault { field: "winner", code }]), language);
        }
        ExperimentError::KeyTaken | ExperimentError::Step(_) => return Problem::new(Kind::Conflict, error.to_string()),
        ExperimentError::Unknown => return unknown(),
        ExperimentError::Store(cause) => return cause.into(),
    }
    wrong.told().err().unwrap_or_else(unknown)
}

/// There is no such experiment.
pub(super) fn unknown() -> Problem {
    Problem::not_found("experiment")
}
