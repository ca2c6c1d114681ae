//! Wrong input is told all at once: it is gathered from all that is read before anything is done.

use super::Failure;
use crate::scenario::{Problem, Report};

/// Wrong input that has been found so far.
#[derive(Default)]
pub(super) struct Wrong(Vec<Report>);

impl Wrong {
    /// More of it, without a text of its own.
    pub(super) fn extend(&mut self, problems: impl IntoIterator<Item = Problem>) {
        let problems: Vec<Problem> = problems.into_iter().collect();
        if !problems.is_empty() {
            self.0.push(Report { texts: Vec::new(), problems });
        }
    }

    /// What is right; what is wrong is kept, unless it is no fault of the input.
    pub(super) fn keep<T>(&mut self, result: Result<T, Failure>) -> Result<Option<T>, Failure> {
        match result {
            Ok(right) => Ok(Some(right)),
            Err(Failure::Input(reports)) => {
                self.0.extend(reports);
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }

    /// What was read, or everything that is wrong.
    pub(super) fn finish<T>(self, right: Option<T>) -> Result<T, Failure> {
        right.filter(|_| self.0.is_empty()).ok_or(Failure::Input(self.0))
    }
}
