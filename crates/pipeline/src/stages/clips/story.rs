//! What has to be told of a scene that was not made by the first that was asked; each a sentence for the ad's maker.

use admint_store::Route;

/// Everybody who made nothing, and who did in the end; nothing, where the first did.
pub(super) fn of(index: u32, route: &Route, maker: &str) -> Option<String> {
    (!route.failed.is_empty()).then(|| format!("Scene {}: {}; {maker} made it.", index + 1, failures(route)))
}

/// The same while the next has only been asked.
pub(super) fn going_on(index: u32, route: &Route, next: &str) -> String {
    format!("Scene {}: {}; {next} is asked.", index + 1, failures(route))
}

/// A scene whose picture a model refused.
pub(super) fn described_anew(index: u32, picture: &str) -> String {
    format!("Scene {} was refused; its picture is now described as: {picture}", index + 1)
}

pub(super) fn failures(route: &Route) -> String {
    let told: Vec<_> =
        route.failed.iter().map(|failed| format!("{} {}", failed.title, failed.what)).collect();
    told.join("; ")
}
