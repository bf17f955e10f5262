//! What moves on the pages: the only code of this crate that the browser's bundle holds.
//!
//! An island is written by the server with everything else, and taken over in the browser; its properties travel as
//! JSON in the page, and what is between its tags stays what the server wrote. Everything that need not move belongs
//! on the page around it. Islands know nothing of each other: what they tell each other are events of the document.

mod chosen;
mod confirm;
mod copy_link;
mod delete_button;
mod draft;
mod entry;
mod field;
mod fields;
mod filters;
mod follow;
mod follow_all;
mod forms;
mod hydrated;
mod keep;
mod live;
mod log_in;
pub mod offline;
mod palette;
mod picture;
mod player;
mod previews;
mod prompt_form;
mod refresher;
mod register;
mod request;
mod scene_sums;
mod secret;
mod strength;
mod swap;
mod theme;
pub mod toasts;
mod undo;
mod watch;

pub use chosen::{ChosenBar, FORM as CHOSEN_FORM};
pub use copy_link::CopyLink;
pub use delete_button::DeleteButton;
pub use filters::Filters;
pub use follow::Follow;
pub use follow_all::FollowAll;
pub use forms::Forms;
pub use hydrated::Hydrated;
pub use keep::KeepForms;
pub use log_in::LogInForm;
pub use offline::Offline;
#[cfg(all(feature = "ssr", debug_assertions))]
pub(crate) use offline::OfflineBanner;
pub use palette::Palette;
#[cfg(all(feature = "ssr", debug_assertions))]
pub(crate) use picture::{PicturePicker, PicturePlace};
pub use player::Player;
pub use previews::Previews;
#[cfg(feature = "ssr")]
pub(crate) use prompt_form::text_area_content;
pub use prompt_form::{PromptForm, Template};
pub use register::RegisterForm;
pub use scene_sums::SceneSums;
pub use secret::{Secret, SecretField};
#[cfg(all(feature = "ssr", debug_assertions))]
pub(crate) use strength::StrengthMeter;
pub use theme::ThemeButton;
#[cfg(feature = "ssr")]
pub use theme::{THEMES, chosen as chosen_theme};
pub use toasts::Toasts;
pub use undo::Undo;
pub use watch::Watch;
