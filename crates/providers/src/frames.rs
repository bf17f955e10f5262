use admint_domain::{Frames, Resolution};

/// Pictures that are drawn when asked for, in any order and from several threads at once.
pub trait FrameSource: Send + Sync {
    fn resolution(&self) -> Resolution;

    /// How many frames there are.
    fn length(&self) -> Frames;

    /// Draws frame `at` as 8-bit RGBA rows, top first, alpha not premultiplied, into `rgba`, whose
    /// length is `resolution().rgba_len()`. The same frame is the same bytes every time.
    fn draw(&self, at: Frames, rgba: &mut [u8]);
}
