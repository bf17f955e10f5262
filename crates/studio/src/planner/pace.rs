//! How much a scene can say: words are read in turn, at three a second, while they are on screen.

use admint_domain::Frames;

use super::timing::Timing;

/// Words wait after a cut: the most that any transition takes.
pub const AFTER_CUT: u32 = 9;
/// A line follows the one above it by this much: the eye reads one thing at a time.
pub const STAGGER: Frames = Frames(9);
/// Three words a second.
pub const FRAMES_A_WORD: u32 = 8;
/// No line is on screen for less: 1.2 s.
pub const LEAST: u32 = 29;

/// The frames in which a scene's words are on screen, and the lines that stand there whatever else does.
#[derive(Clone, Debug, Default)]
pub struct Room {
    frames: u32,
    /// Words of the lines below those that are still to be written.
    below: Vec<usize>,
}

impl Room {
    /// The first scene's words are there at once; the last scene's stay to the end.
    pub fn of(timing: &Timing, scene: usize) -> Self {
        Self::within(&timing.lengths, timing.crossfade, scene)
    }

    /// In a row of scenes of these lengths.
    pub fn within(lengths: &[Frames], crossfade: Frames, scene: usize) -> Self {
        let wait = if scene == 0 { 0 } else { AFTER_CUT };
        let leave = if scene + 1 == lengths.len() { 0 } else { crossfade.0 };
        Self { frames: lengths[scene].0.saturating_sub(wait + leave), below: Vec::new() }
    }

    /// For words whose time is still to be found.
    pub fn unbounded() -> Self {
        Self { frames: u32::MAX, below: Vec::new() }
    }

    pub fn above<'a>(self, lines: impl IntoIterator<Item = &'a String>) -> Self {
        Self { below: lines.into_iter().map(|line| words(line)).collect(), ..self }
    }

    /// Whether nothing stands below the lines that are still to be written.
    pub fn is_open(&self) -> bool {
        self.below.is_empty()
    }

    /// In which they are on screen.
    pub fn frames(&self) -> u32 {
        self.frames
    }

    /// Whether lines of so many words can be read, one after the other.
    pub fn holds(&self, lines: &[usize]) -> bool {
        frames_for(&[lines, &self.below].concat()) <= self.frames
    }

    /// The most words, up to `most`, for a line between lines `before` and `after`; none where it has no room.
    pub fn most(&self, before: &[usize], most: usize, after: &[usize]) -> usize {
        (1..=most).rev().find(|&count| self.holds(&[before, &[count], after].concat())).unwrap_or(0)
    }
}

/// Frames from the first line's entrance until the last has been read: a line is read when it is there, and
/// when the one above it has been.
pub fn frames_for(lines: &[usize]) -> u32 {
    let from = |line: usize| {
        let words: usize = lines[line..].iter().sum();
        STAGGER.0 * line as u32 + (FRAMES_A_WORD * words as u32).max(LEAST)
    };
    (0..lines.len()).map(from).max().unwrap_or(0)
}

/// The shortest scene, with a cut on either side, in which the lines can be read.
pub fn scene_for(lines: &[usize], crossfade: u32) -> u32 {
    frames_for(lines) + AFTER_CUT + crossfade
}

/// Words as the eye takes them: scripts without spaces have about three signs to a word.
pub fn words(text: &str) -> usize {
    let unspaced =
        |c: &char| matches!(c, '\u{e00}'..='\u{e7f}' | '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
    let word = |word: &str| {
        let signs = word.chars().filter(unspaced).count();
        signs.div_ceil(3)
            + usize::from(
                signs < word.chars().count() && word.chars().any(|c| c.is_alphanumeric() && !unspaced(&c)),
            )
    };
    text.split_whitespace().map(|part| word(part).max(1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &[usize], frames: u32) {
        assert_eq!(frames_for(lines), frames, "{lines:?}");
    }

    #[test]
    fn lines_are_read_in_turn_and_none_too_briefly() {
        check(&[6], 48);
        check(&[1], 29);
        check(&[4, 4], 64);
        // The second comes in late, and is still there for 1.2 s.
        check(&[1, 1], 38);
        check(&[2, 1, 1, 1], 56);
    }

    #[test]
    fn scripts_without_spaces_are_counted_by_their_signs() {
        assert_eq!(words("20% off this week"), 4);
        assert_eq!(words("毎朝の淹れたて"), 3);
        assert_eq!(words("northwind.coffee"), 1);
    }
}
