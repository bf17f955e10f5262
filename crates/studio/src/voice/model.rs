//! The acoustic model: from the numbers of sounds to spectra, and how long each sound lasts.

use rten::{Model, NodeId, Value};

use super::vocoder::{BINS, Spectra};
use crate::{StudioError, assets};

/// `hibari.onnx`: a small network distilled from Kokoro-82M's voice `af_heart`.
pub struct AcousticModel {
    model: Model,
    ids: NodeId,
    speed: NodeId,
    outputs: [NodeId; 7],
}

/// What the model says to one sentence.
pub struct Utterance {
    pub spectra: Spectra,
    /// For every sound that went in, its length in frames of 12.5 ms.
    pub lengths: Vec<usize>,
}

/// The node that holds the lengths, which the model uses but does not give out.
const LENGTHS: &str = "/Clip_output_0";

impl AcousticModel {
    pub fn load() -> Result<Self, StudioError> {
        let model = Model::load(assets::voice("hibari.onnx").ok_or(StudioError::NoVoice)?).map_err(failed)?;
        let node = |name| model.node_id(name).map_err(failed);
        let outputs = [
            node("lh")?,
            node("theta")?,
            node("ln")?,
            node("lr")?,
            node("phi")?,
            node("f0")?,
            node(LENGTHS)?,
        ];
        let (ids, speed) = (node("ids")?, node("speed")?);
        Ok(Self { model, ids, speed, outputs })
    }

    /// `sounds` begin and end with the pause, 0. A `pace` above 1 is faster.
    pub fn say(&self, sounds: &[i32], pace: f32) -> Result<Utterance, StudioError> {
        let ids = Value::from_shape(&[1, sounds.len()], sounds.to_vec()).map_err(failed)?;
        let speed = Value::from_shape(&[1], vec![pace]).map_err(failed)?;
        let inputs = vec![(self.ids, ids.into()), (self.speed, speed.into())];
        let [harmonic, turn, noise, free, phase, pitch, lengths] =
            self.model.run_n(inputs, self.outputs, None).map_err(failed)?;
        let pitch = values(pitch)?;
        let frames = pitch.len();
        let spectrum = |value| {
            let values = values(value)?;
            let expected = BINS * frames;
            if values.len() == expected {
                Ok(values)
            } else {
                Err(StudioError::Voice(format!("a spectrum of {} values, not {expected}", values.len())))
            }
        };
        let spectra = Spectra {
            frames,
            harmonic: spectrum(harmonic)?,
            turn: spectrum(turn)?,
            noise: spectrum(noise)?,
            free: spectrum(free)?,
            phase: spectrum(phase)?,
            pitch,
        };
        Ok(Utterance { lengths: in_frames(&values(lengths)?, sounds.len(), frames)?, spectra })
    }
}

/// The model counts in steps of whole frames; how many makes a step follows from the sum.
fn in_frames(steps: &[f32], sounds: usize, frames: usize) -> Result<Vec<usize>, StudioError> {
    let total: f32 = steps.iter().sum();
    let step = frames as f32 / total;
    if steps.len() != sounds || step.fract() != 0.0 {
        return Err(StudioError::Voice(format!("{total} steps for {frames} frames of {sounds} sounds")));
    }
    Ok(steps.iter().map(|count| (count * step) as usize).collect())
}

fn values(value: Value) -> Result<Vec<f32>, StudioError> {
    let tensor = value.into_tensor::<f32>();
    tensor
        .map(|tensor| tensor.into_data())
        .ok_or_else(|| StudioError::Voice("a value of another type".into()))
}

fn failed(error: impl std::fmt::Display) -> StudioError {
    StudioError::Voice(error.to_string())
}
