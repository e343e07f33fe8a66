//! A panic in a stage costs the item, not the run.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt;

use crate::failure::StageError;

/// Does `work`; a panic becomes its error.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, StageError>) -> Result<T, StageError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(panicked(panic.as_ref())))
}

/// The same for work that waits.
pub(super) async fn guarded_async<T>(work: impl Future<Output = Result<T, StageError>>) -> Result<T, StageError> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|panic| Err(panicked(panic.as_ref())))
}

fn panicked(panic: &(dyn Any + Send)) -> StageError {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    let message = format!("the stage panicked: {}; please report this page as a bug", said.unwrap_or("no message"));
    StageError::new("stage_panicked", message)
}
