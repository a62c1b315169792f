//! The threads that charts are rendered on.
//!
//! Templates nest by recursion, which is bounded but needs a large stack. The threads live on, as each
//! keeps what it parsed.

use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::LazyLock;

const STACK: usize = 256 * 1024 * 1024;

static THREADS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let name = |index| format!("render-{index}");
    let threads = rayon::current_num_threads();
    ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).thread_name(name).build().ok()
});

/// Does some work on one of the threads; what it does in parallel is done on all of them. Nothing if there
/// are no such threads, as the system starts none.
pub fn on_threads<R: Send>(work: impl FnOnce() -> R + Send) -> Option<R> {
    let threads = THREADS.as_ref()?;
    if threads.current_thread_index().is_some() {
        return Some(work());
    }
    if rayon::current_thread_index().is_none() {
        return Some(threads.install(work));
    }
    // A thread of another pool would take up further work of its own while it waits, on top of this one's
    // stack, and so on.
    std::thread::scope(|scope| scope.spawn(|| threads.install(work)).join().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayon::prelude::*;

    /// How many calls of this are open on this thread.
    fn nested(number: usize) -> usize {
        thread_local!(static OPEN: std::cell::Cell<usize> = const { std::cell::Cell::new(0) });
        OPEN.set(OPEN.get() + 1);
        let open = OPEN.get();
        on_threads(|| std::thread::sleep(std::time::Duration::from_micros(number as u64 % 7)));
        OPEN.set(OPEN.get() - 1);
        open
    }

    #[test]
    fn who_waits_takes_up_nothing_else() {
        let deepest = (0..500).into_par_iter().map(nested).max();
        assert_eq!(deepest, Some(1));
        assert_eq!(on_threads(|| on_threads(|| 3)), Some(Some(3)));
    }
}
