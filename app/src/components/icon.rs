//! Line icons on a grid of 24: Lucide's, by what they mean here.

use icondata_core::IconData;
use leptos::prelude::*;

/// What an icon means; only those that an island shows are in the bundle.
#[allow(unused_imports, reason = "some are for pages, which the bundle does not hold")]
pub mod icons {
    pub use icondata_lu::{
        LuArrowLeft as Back, LuArrowRight as Forward, LuCaptions as Captions, LuCheck as Check,
        LuChevronDown as Down, LuCommand as Command, LuCopy as Copy, LuCpu as Models, LuDownload as Download,
        LuEye as Eye, LuEyeOff as EyeOff, LuFilm as Film, LuInfo as Info, LuKeyboard as Keyboard,
        LuLayoutGrid as Gallery, LuListVideo as Queue, LuLogOut as LogOut, LuPencil as Edit, LuPlay as Play,
        LuPlus as Plus, LuRefreshCw as Repeat, LuRepeat as Loop, LuSearch as Search, LuSettings as Settings,
        LuShare2 as Share, LuSparkles as Create, LuStepBack as FrameBack, LuStepForward as FrameForward,
        LuSunMoon as Theme, LuTrash2 as Trash, LuTriangleAlert as Alert, LuUser as User,
        LuWallet as Spending, LuWifiOff as Offline, LuX as Close,
    };
}

/// Decoration beside words: hidden from assistive technology.
#[component]
pub fn Icon(name: &'static IconData) -> impl IntoView {
    view! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false" inner_html=name.data></svg> }
}

/// AdMint's sign: a leaf that is a play button.
#[cfg(feature = "ssr")]
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <path class="mark-leaf" d="M5 4c11-1 21 4 25 12-4 8-14 13-25 12 4-8 4-16 0-24z"></path>
            <path class="mark-vein" d="M10 16h11"></path>
        </svg>
    }
}
