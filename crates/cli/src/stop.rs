//! Being asked to stop: by Ctrl-C, or by SIGTERM as service managers send it.

use tokio_util::sync::CancellationToken;

use crate::output::say;

/// What a shell says of a program that Ctrl-C or SIGTERM ended.
const INTERRUPTED: i32 = 130;
#[cfg(unix)]
const TERMINATED: i32 = 143;

/// A token that is cancelled when somebody asks to stop. Who asks when it is cancelled already
/// does not want to wait: the program ends at once, which a case survives. So cancel the token
/// when the work is done that it can stop.
pub(crate) fn on_request() -> CancellationToken {
    let stop = CancellationToken::new();
    let asked = stop.clone();
    // A thread of its own, because requests are heard between two runtimes as well. Without one,
    // the system ends the program.
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        if let Ok(runtime) = runtime {
            // Listening fails where there is nothing to listen to: then nobody can ask.
            let _ = runtime.block_on(listen(&asked));
        }
    });
    stop
}

#[cfg(unix)]
async fn listen(stop: &CancellationToken) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    loop {
        tokio::select! {
            _ = interrupt.recv() => heard(stop, INTERRUPTED),
            _ = terminate.recv() => heard(stop, TERMINATED),
        }
    }
}

#[cfg(not(unix))]
async fn listen(stop: &CancellationToken) -> std::io::Result<()> {
    loop {
        tokio::signal::ctrl_c().await?;
        heard(stop, INTERRUPTED);
    }
}

fn heard(stop: &CancellationToken, code: i32) {
    if stop.is_cancelled() {
        std::process::exit(code);
    }
    say("stopping; ask again to stop at once");
    stop.cancel();
}
