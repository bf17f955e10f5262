//! The pieces that pages and islands are made of, on the browser's native elements. Nothing here moves by itself.

mod icon;
#[cfg(feature = "ssr")]
mod link_preview;
#[cfg(feature = "ssr")]
mod navigation;
mod notice;
mod stage;
#[cfg(feature = "ssr")]
mod status;
#[cfg(feature = "ssr")]
mod video_card;

#[cfg(feature = "ssr")]
pub use icon::Mark;
pub use icon::{Icon, icons};
#[cfg(feature = "ssr")]
pub use link_preview::{LEAD, LinkPreview};
#[cfg(feature = "ssr")]
pub use navigation::{LogOutButton, Navigation};
pub use notice::ErrorText;
#[cfg(feature = "ssr")]
pub use notice::{ErrorNotice, Notice};
pub use stage::shape;
#[cfg(feature = "ssr")]
pub use status::StatusBadge;
#[cfg(feature = "ssr")]
pub use video_card::{CardGrid, VideoCard};
