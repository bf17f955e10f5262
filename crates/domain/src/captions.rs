/// How an ad's words in time are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptionFormat {
    /// SubRip: what video platforms take.
    Srt,
    /// WebVTT: what players in pages take.
    WebVtt,
}

impl CaptionFormat {
    /// Of a file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Srt => "srt",
            Self::WebVtt => "vtt",
        }
    }

    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Srt => "application/x-subrip; charset=utf-8",
            Self::WebVtt => "text/vtt; charset=utf-8",
        }
    }
}
