//! The first analysis as progress that the client shows: it may take seconds, later ones don't.

use lsp_types::{
    NumberOrString, ProgressParams, ProgressParamsValue, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressCreateParams, WorkDoneProgressEnd,
};

/// How far the client and the server are with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Nothing is to be shown: the client can't, or it's over.
    None,
    /// The client is asked for a place to show it.
    Asked,
    /// It is shown.
    Shown,
}

fn token() -> NumberOrString {
    NumberOrString::String("cmklint/first".to_owned())
}

/// What the client is asked.
pub(crate) fn question() -> WorkDoneProgressCreateParams {
    WorkDoneProgressCreateParams { token: token() }
}

impl Progress {
    /// The client has answered.
    pub(crate) fn answered(&mut self, agreed: bool) -> Option<ProgressParams> {
        if *self != Self::Asked {
            return None;
        }
        *self = if agreed { Self::Shown } else { Self::None };
        let begin = WorkDoneProgressBegin {
            title: "cmklint: reading the workspace".to_owned(),
            cancellable: Some(false),
            message: None,
            percentage: None,
        };
        agreed.then(|| said(WorkDoneProgress::Begin(begin)))
    }

    /// The analysis is done.
    pub(crate) fn done(&mut self) -> Option<ProgressParams> {
        let was_shown = std::mem::replace(self, Self::None) == Self::Shown;
        was_shown.then(|| said(WorkDoneProgress::End(WorkDoneProgressEnd { message: None })))
    }
}

fn said(value: WorkDoneProgress) -> ProgressParams {
    ProgressParams { token: token(), value: ProgressParamsValue::WorkDone(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_begun_is_ended_and_nothing_else_is() {
        let mut shown = Progress::Asked;
        assert!(shown.answered(true).is_some() && shown.answered(true).is_none());
        assert!(shown.done().is_some() && shown.done().is_none());
        let mut refused = Progress::Asked;
        assert!(refused.answered(false).is_none() && refused.done().is_none());
        // The analysis was faster than the client: nothing begins that would never end.
        let mut late = Progress::Asked;
        assert!(late.done().is_none() && late.answered(true).is_none());
    }
}
