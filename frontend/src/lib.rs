//! The WASM entry. The page that the server rendered calls `hydrate` when the bundle has loaded, then each of
//! its islands by the name in its tag.

use wasm_bindgen::prelude::wasm_bindgen;

// The islands are exported by the crate they stand in; nothing here calls them.
extern crate app as _;

#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
