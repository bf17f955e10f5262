//! Line icons, drawn for AdMint on a grid of 24.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    Alert,
    Back,
    Check,
    Close,
    Download,
    Eye,
    EyeOff,
    Film,
    Forward,
    Info,
    LogOut,
    Moon,
    Play,
    Plus,
    Repeat,
    Search,
    Trash,
    User,
}

impl IconName {
    const fn path(self) -> &'static str {
        match self {
            Self::Alert => "M12 4 2.8 20h18.4zM12 10v4.5M12 17.3v.2",
            Self::Back => "M19 12H5M11 6l-6 6 6 6",
            Self::Check => "m5 12.5 4.5 4.5L19 7.5",
            Self::Close => "M6 6l12 12M18 6 6 18",
            Self::Download => "M12 4v11M7 10.5l5 5 5-5M5 20h14",
            Self::Eye => {
                "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z"
            }
            Self::EyeOff => {
                "M4 4l16 16M9.5 5.8A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a16 16 0 0 1-2.8 3.5M6.3 7.5A15.5 15.5 0 0 0 2.5 12s3.5 6.5 9.5 6.5a9 9 0 0 0 4.3-1.1"
            }
            Self::Film => "M4 5h16v14H4zM8.5 5v14M15.5 5v14M4 12h16",
            Self::Forward => "M5 12h14M13 6l6 6-6 6",
            Self::Info => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5M12 7.8v.2",
            Self::LogOut => "M10 4H5v16h5M14.5 8l4 4-4 4M9.5 12h9",
            Self::Moon => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 5.25a6.75 6.75 0 0 1 0 13.5z",
            Self::Play => "M8 5.5v13l10.5-6.5z",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Repeat => {
                "M4.5 12a7.5 7.5 0 0 1 13-5.1L20 9.5M20 4.5v5h-5M19.5 12a7.5 7.5 0 0 1-13 5.1L4 14.5M4 19.5v-5h5"
            }
            Self::Search => "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 20 20",
            Self::Trash => "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10.5 11v5.5M13.5 11v5.5",
            Self::User => "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20c.8-3.7 3.8-5.5 7.5-5.5s6.7 1.8 7.5 5.5",
        }
    }
}

/// Decoration beside words: hidden from assistive technology.
#[component]
pub fn Icon(name: IconName) -> impl IntoView {
    let class = if name == IconName::Moon { "icon half" } else { "icon" };
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=name.path()></path>
        </svg>
    }
}

/// AdMint's sign: a leaf that is a play button.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <path class="mark-leaf" d="M5 4c11-1 21 4 25 12-4 8-14 13-25 12 4-8 4-16 0-24z"></path>
            <path class="mark-vein" d="M10 16h11"></path>
        </svg>
    }
}
