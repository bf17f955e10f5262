//! The voice that a prompt asks for.

use admint_domain::Tone;

use super::words::mentions;

pub fn stated_tone(lower: &str) -> Option<Tone> {
    let any = |words: &[&str]| words.iter().any(|word| mentions(lower, word));
    if any(&["luxury", "luxurious", "elegant", "premium", "exclusive", "refined", "sophisticated"]) {
        Some(Tone::Elegant)
    } else if any(&["fun", "playful", "funny", "silly", "colorful", "colourful", "quirky"]) {
        Some(Tone::Playful)
    } else if any(&["calm", "calming", "relaxing", "soothing", "peaceful", "gentle", "serene"]) {
        Some(Tone::Calm)
    } else if any(&["energetic", "bold", "intense", "extreme", "powerful", "explosive"]) {
        Some(Tone::Energetic)
    } else if any(&["cozy", "cosy", "homemade", "warm", "heartfelt"]) {
        Some(Tone::Warm)
    } else {
        None
    }
}
