//! The threads that pages are worked on: as many as `runtime.workers`.
//!
//! Tokio's threads for work that blocks are taken as they come, a dozen where two are at work, and then two share an arena of the
//! allocator and wait for each other, and every one of the dozen keeps what it has warmed up. What waits is not done here.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, thread};

use tokio::sync::oneshot;

use super::RunError;

type Job = Box<dyn FnOnce() + Send>;

/// Ends when it is dropped and what it was given is done.
pub(super) struct Crew {
    jobs: Sender<Job>,
}

impl Crew {
    /// Starts `workers` threads.
    pub(super) fn new(workers: usize) -> io::Result<Self> {
        // At most so many jobs wait as groups start ahead.
        let (jobs, waiting) = channel::<Job>();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..workers {
            let waiting = Arc::clone(&waiting);
            thread::Builder::new().name("worker".to_owned()).spawn(move || work_off(&waiting))?;
        }
        Ok(Self { jobs })
    }

    /// Does `work` on the next free thread; what was asked for first is begun first. A panic is the pipeline's own mistake.
    pub(super) async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, RunError> {
        let (done, result) = oneshot::channel();
        let job = Box::new(move || {
            // Nobody waits any more for what was begun before the run ended.
            done.send(catch_unwind(AssertUnwindSafe(work))).ok();
        });
        self.jobs.send(job).expect("the threads end when this end of the channel is dropped");
        match result.await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(_)) | Err(_) => Err(RunError::Bug("a worker died".to_owned())),
        }
    }
}

fn work_off(waiting: &Mutex<Receiver<Job>>) {
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
    while let Ok(job) = next() {
        job();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use futures_util::future::join_all;

    use super::*;

    #[tokio::test]
    async fn as_many_jobs_are_done_at_once_as_there_are_threads() {
        let crew = Crew::new(3).unwrap();
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let jobs = (0..12).map(|number| {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            crew.work(move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(20));
                now.fetch_sub(1, Ordering::SeqCst);
                number
            })
        });
        let done: Vec<_> = join_all(jobs).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(done, (0..12).collect::<Vec<_>>());
        assert_eq!(most.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn a_panic_takes_no_thread_along() {
        let crew = Crew::new(1).unwrap();
        let panicked = crew.work(|| panic!("in a test")).await;
        assert!(matches!(panicked, Err(RunError::Bug(_))));
        assert_eq!(crew.work(|| 7).await.unwrap(), 7);
    }
}
