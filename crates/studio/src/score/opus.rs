//! From an Ogg Opus file to samples.

use std::io::Cursor;

use opus_pure::{MAX_PACKET_SAMPLES, OggOpusReader, OggPacket, Trim};

/// Interleaved stereo at 48 kHz, without the encoder's delay at the front and its padding at the end
/// (RFC 7845). A recording in mono is heard from both sides.
pub fn decode(file: &[u8]) -> Result<Vec<f32>, opus_pure::Error> {
    let mut reader = OggOpusReader::new(Cursor::new(file))?;
    let head = reader.head().clone();
    let channels = usize::from(head.channel_count);
    let mut decoder = head.decoder(48_000)?;
    let mut trim = Trim::new(&head, 48_000, channels)?;
    let mut block = vec![0.0; MAX_PACKET_SAMPLES * channels];
    let mut packet = OggPacket::default();
    let mut samples = Vec::new();
    while reader.read_packet_into(&mut packet)? {
        let pairs = decoder.decode(&packet.data, MAX_PACKET_SAMPLES, &mut block)?;
        samples.extend_from_slice(trim.keep(&packet, &block[..pairs * channels]));
    }
    Ok(if channels == 1 { samples.iter().flat_map(|&sample| [sample, sample]).collect() } else { samples })
}
