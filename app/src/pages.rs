//! One file a page.

mod dashboard;
mod entry;
mod gallery;
mod landing;
mod log_in;
mod not_found;
mod register;
mod video;

pub use dashboard::DashboardPage;
pub use gallery::GalleryPage;
pub use landing::LandingPage;
pub use log_in::LogInPage;
pub use not_found::{NotFound, NotFoundPage};
pub use register::RegisterPage;
pub use video::VideoPage;
#[cfg(feature = "ssr")]
pub use video::role_name;
