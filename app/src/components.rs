//! The pieces that pages are made of, on the browser's native elements.

mod confirm;
mod field;
mod icon;
mod navigation;
mod notice;
mod picture;
mod player;
mod status;
mod toast;
mod video_card;

pub use confirm::ConfirmDialog;
pub use field::{Field, PasswordField, TextField, form_value};
pub use icon::{Icon, IconName, Mark};
#[cfg(feature = "ssr")]
pub use navigation::LogOutButton;
pub use navigation::Navigation;
pub use notice::{ErrorNotice, ErrorText, Notice};
pub use picture::{PicturePicker, PicturePlace};
pub use player::{Player, shape};
pub use status::StatusBadge;
pub use toast::{ToastRegion, Toasts};
pub use video_card::{CardGrid, CardSkeletons, VideoCard};
