//! One file a page. All of them are rendered on the server alone, and work with links and plain forms; what moves
//! on them are the [`islands`](crate::islands).
//!
//! [`App`](crate::App) routes to those that only show. Those with forms of their own are called by the server, which
//! gives them what became of the form.

mod cost;
mod dashboard;
#[cfg(debug_assertions)]
mod design;
mod entry;
mod gallery;
mod landing;
mod log_in;
mod making;
mod money_fields;
mod not_found;
mod plain;
mod profile;
mod queue;
mod record;
mod register;
mod scenes;
mod settings;
mod shared;
mod spending;
mod video;

pub use cost::{cost_page, cost_path};
pub use dashboard::DashboardPage;
#[cfg(debug_assertions)]
pub use design::{DESIGN_PATH, design_page};
pub use gallery::GalleryPage;
pub use landing::LandingPage;
pub use log_in::LogInPage;
pub use not_found::{NotFound, NotFoundPage};
pub use profile::{PROFILE_PATH, profile_page};
pub use queue::{QUEUE_PATH, queue_page};
pub use record::{provenance_page, provenance_path};
pub use register::RegisterPage;
pub use scenes::{Agreement, ScenesPage, TypedScene, scenes_page, scenes_path};
pub use settings::{
    MODELS_PATH, ModelRow, SETTINGS_PATH, ServiceState, ServiceView, models_page, settings_page,
};
pub use shared::{SharedPage, not_shared_page, shared_page};
pub use spending::{SPENDING_PATH, spending_page};
pub use video::VideoPage;
