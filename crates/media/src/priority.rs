//! Making a video takes every core for a while, and somebody may be waiting for a page. On Linux, where
//! each thread has a priority of its own, drawing and encoding yield to everything else; elsewhere a process has
//! one, and the pages' would sink with it.

/// Of 19 steps down, as many as make an idle machine notice nothing and a busy one serve pages first.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Lowers the calling thread.
pub(crate) fn lower_this_thread() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%error, "drawing at full priority");
    }
}

/// Lowers a process that has just begun; the threads that it starts inherit it.
pub(crate) fn lower(child: &tokio::process::Child) {
    #[cfg(target_os = "linux")]
    if let Some(pid) = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()))
        && let Err(error) = rustix::process::setpriority_process(Some(pid), NICE)
    {
        tracing::debug!(%error, "encoding at full priority");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = child;
}
