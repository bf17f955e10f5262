use admint_domain::{AspectRatio, AssetId, Frames, OverlayId, OverlayRole, Rgb, SceneId, TextPlacement};
use serde::{Deserialize, Serialize};

use crate::{SpokenLine, layout::span_of_clip};

/// One gapless row of clips, words over them, music and a voice under them, one grade for all.
///
/// ```text
/// overlays      [ headline ]   [ headline ][ support ]     [ call to action ]
/// clips     |  scene 1   ><   scene 2     ><         scene 3               |
/// music     |-------------------------------------------------------------|
/// voice         ~~~~~ line    ~~~~~~~ line             ~~~~ line
/// ```
/// `><` is a transition: both clips are on screen, so the whole is the sum of the clips less the
/// overlaps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    pub aspect: AspectRatio,
    pub clips: Vec<Clip>,
    /// Sorted by start.
    pub overlays: Vec<Overlay>,
    pub music: Option<Music>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<VoiceOver>,
    /// Scenes keep a strip clear, and what the voice says is written there. Not for the platforms that
    /// bring captions of their own: those take [`Timeline::caption_text`].
    #[serde(default)]
    pub captioned: bool,
    pub grade: Grade,
}

/// A stretch of one asset on the main row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clip {
    pub asset: AssetId,
    /// The planned scene this clip shows.
    pub scene: SceneId,
    /// The first frame used of the asset.
    pub source_in: Frames,
    pub length: Frames,
    /// From the clip before; nothing on the first clip, and nothing is a cut.
    #[serde(alias = "crossfade")]
    pub transition: Option<Transition>,
}

/// How one clip becomes the next while both are on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// Of the overlap.
    pub length: Frames,
    #[serde(default)]
    pub style: TransitionStyle,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransitionStyle {
    /// Both are mixed.
    #[default]
    Dissolve,
    /// The next clip slides over the one before it, in from the right.
    SlideLeft,
    /// In from below.
    SlideUp,
    /// In from above.
    SlideDown,
}

/// Words on the picture, placed in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlay {
    pub id: OverlayId,
    pub role: OverlayRole,
    pub text: String,
    /// On the timeline, not within a clip.
    pub start: Frames,
    pub length: Frames,
    pub placement: TextPlacement,
    pub style: OverlayStyle,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverlayStyle {
    pub font: Font,
    pub ink: Rgb,
    /// A plate behind the words; without one they stand on the picture.
    pub plate: Option<Rgb>,
    /// For the word, line or button that is to stand out.
    pub accent: Rgb,
    pub animation: Animation,
}

/// A role in the type pairing; which face plays it is the drawing engine's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Font {
    /// Tall and heavy: posters.
    Poster,
    /// Round and friendly.
    Friendly,
    /// Serif with contrast.
    Elegant,
    /// Plain and technical.
    Technical,
    /// Narrow, heavy and leaning forward.
    Sport,
    /// Fat, round and swung: signs of the seventies.
    Retro,
    /// Geometric and clean.
    Modern,
    /// Neutral, set tight: what it says is all that is seen.
    Neutral,
    /// Tall and heavy, with a round companion: a fair's signs.
    Lively,
}

/// How words come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Animation {
    /// Line by line, upwards out of a mask.
    Rise,
    /// Word by word, growing a little past their size and settling.
    Pop,
    /// From the side.
    Slide,
    /// Gently upwards out of nothing. The only one whose words stay when the overlay ends: for end cards.
    Fade,
    /// Uncovered along the line, as by a hand that draws.
    Wipe,
    /// Line by line from above, landing with a bounce.
    Drop,
    /// Shrinking from too large to right, about the middle of all words.
    Zoom,
    /// Each word turned up about its middle, as on a departure board.
    Flip,
    /// Each word swung in about its foot.
    Swing,
    /// Word by word, at once, behind a caret.
    Type,
}

impl Animation {
    pub const ALL: [Self; 10] = [
        Self::Rise,
        Self::Pop,
        Self::Slide,
        Self::Fade,
        Self::Wipe,
        Self::Drop,
        Self::Zoom,
        Self::Flip,
        Self::Swing,
        Self::Type,
    ];
}

impl Font {
    pub const ALL: [Self; 9] = [
        Self::Poster,
        Self::Friendly,
        Self::Elegant,
        Self::Technical,
        Self::Sport,
        Self::Retro,
        Self::Modern,
        Self::Neutral,
        Self::Lively,
    ];
}

/// Sound under the whole ad. Gain and fades are those of the finished sound, a voice included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Music {
    pub asset: AssetId,
    /// Hundredths of a decibel; 0 leaves the track as it is.
    pub gain_centibels: i32,
    pub fade_in: Frames,
    pub fade_out: Frames,
}

/// A voice over the whole ad. The music makes room for each of its lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceOver {
    /// Sound as long as the ad, silent where nobody speaks.
    pub asset: AssetId,
    /// In order, never overlapping.
    pub lines: Vec<SpokenLine>,
}

/// One look over all clips, in thousandths; 0 changes nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grade {
    pub contrast: i16,
    pub saturation: i16,
    pub brightness: i16,
    /// Positive is warmer.
    pub temperature: i16,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTimeline {
    #[error("a timeline needs at least one clip")]
    Empty,
    #[error("clip {0} has no length")]
    NoLength(usize),
    #[error("the first clip cannot come from a clip before it")]
    FirstClipTransition,
    #[error("the transitions around clip {0} are longer than the clip")]
    TransitionTooLong(usize),
    #[error("overlay {0} is not within the timeline")]
    OverlayOutside(usize),
    #[error("overlay {0} has no words")]
    NoWords(usize),
    #[error("spoken line {0} is empty, before its time or outside the timeline")]
    Line(usize),
    #[error("the grade is beyond +-1000 thousandths")]
    Grade,
}

impl Timeline {
    /// The finished video's length: all clips less all overlaps.
    pub fn total(&self) -> Frames {
        let clips: Frames = self.clips.iter().map(|clip| clip.length).sum();
        clips.saturating_sub(
            self.clips.iter().filter_map(|clip| clip.transition).map(|fade| fade.length).sum(),
        )
    }

    /// A timeline that passes can be rendered.
    pub fn validate(&self) -> Result<(), InvalidTimeline> {
        let first = self.clips.first().ok_or(InvalidTimeline::Empty)?;
        if first.transition.is_some() {
            return Err(InvalidTimeline::FirstClipTransition);
        }
        for (index, clip) in self.clips.iter().enumerate() {
            if clip.length == Frames::ZERO {
                return Err(InvalidTimeline::NoLength(index));
            }
            let fades_in = clip.transition.map_or(Frames::ZERO, |fade| fade.length);
            let fades_out = self
                .clips
                .get(index + 1)
                .and_then(|next| next.transition)
                .map_or(Frames::ZERO, |fade| fade.length);
            if fades_in + fades_out > clip.length {
                return Err(InvalidTimeline::TransitionTooLong(index));
            }
        }
        let total = self.total();
        for (index, overlay) in self.overlays.iter().enumerate() {
            if overlay.length == Frames::ZERO || overlay.start + overlay.length > total {
                return Err(InvalidTimeline::OverlayOutside(index));
            }
            if overlay.text.trim().is_empty() {
                return Err(InvalidTimeline::NoWords(index));
            }
        }
        let mut quiet_from = Frames::ZERO;
        for (index, line) in self.voice.iter().flat_map(|voice| &voice.lines).enumerate() {
            if line.from < quiet_from || line.from >= line.to || line.to > total {
                return Err(InvalidTimeline::Line(index));
            }
            quiet_from = line.to;
        }
        let Grade { contrast, saturation, brightness, temperature } = self.grade;
        if [contrast, saturation, brightness, temperature].iter().any(|value| value.abs() > 1000) {
            return Err(InvalidTimeline::Grade);
        }
        Ok(())
    }

    /// Where each clip lies, in order.
    pub fn spans(&self) -> impl Iterator<Item = crate::Span> + '_ {
        (0..self.clips.len()).map(|index| span_of_clip(&self.clips, index))
    }
}
