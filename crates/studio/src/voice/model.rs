//! The acoustic model: from the numbers of sounds to spectra, and how long each sound lasts.

use rten::{Model, NodeId, Value, ValueOrView};

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

/// The model counts lengths in steps of this many frames.
const FRAMES_A_STEP: usize = 2;
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
        let inputs = self.inputs(sounds, pace)?;
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
        let lengths = in_frames(&values(lengths)?);
        if lengths.len() != sounds.len() || lengths.iter().sum::<usize>() != frames {
            return Err(StudioError::Voice(format!("{lengths:?} for {frames} frames")));
        }
        Ok(Utterance { lengths, spectra })
    }

    /// [`Utterance::lengths`] alone, which takes a fraction of the time.
    pub fn lengths(&self, sounds: &[i32], pace: f32) -> Result<Vec<usize>, StudioError> {
        let [lengths] =
            self.model.run_n(self.inputs(sounds, pace)?, [self.outputs[6]], None).map_err(failed)?;
        Ok(in_frames(&values(lengths)?))
    }

    fn inputs(&self, sounds: &[i32], pace: f32) -> Result<Vec<(NodeId, ValueOrView<'static>)>, StudioError> {
        let ids = Value::from_shape(&[1, sounds.len()], sounds.to_vec()).map_err(failed)?;
        let speed = Value::from_shape(&[1], vec![pace]).map_err(failed)?;
        Ok(vec![(self.ids, ids.into()), (self.speed, speed.into())])
    }
}

fn in_frames(steps: &[f32]) -> Vec<usize> {
    steps.iter().map(|count| *count as usize * FRAMES_A_STEP).collect()
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
