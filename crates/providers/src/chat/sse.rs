//! Server-sent events, as far as language models use them: `data:` lines, and a blank line after each event.
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream>

/// Cuts a stream of bytes into the data of its events, wherever the network cut it.
#[derive(Default)]
pub struct Events {
    line: Vec<u8>,
    data: String,
}

impl Events {
    /// The data of every event that ends in `bytes`.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut events = Vec::new();
        for &byte in bytes {
            match byte {
                b'\n' => {
                    let line = std::mem::take(&mut self.line);
                    let line = String::from_utf8_lossy(&line);
                    events.extend(self.end_line(line.trim_end_matches('\r')));
                }
                byte => self.line.push(byte),
            }
        }
        events
    }

    /// What was begun and has no blank line after it.
    pub fn rest(mut self) -> Option<String> {
        let line = String::from_utf8_lossy(&self.line).into_owned();
        self.end_line(line.trim_end_matches('\r')).or_else(|| self.end_line(""))
    }

    fn end_line(&mut self, line: &str) -> Option<String> {
        if line.is_empty() {
            return Some(std::mem::take(&mut self.data)).filter(|data| !data.is_empty());
        }
        // Names, ids and comments say nothing that the data does not.
        if let Some(data) = line.strip_prefix("data:") {
            if !self.data.is_empty() {
                self.data.push('\n');
            }
            self.data.push_str(data.strip_prefix(' ').unwrap_or(data));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_whole_wherever_the_stream_is_cut() {
        let stream = ": hello\nevent: a\ndata: {\"x\":\r\ndata: 1}\r\n\r\n\ndata: \u{e9}\n\ndata: last";
        let stream = stream.as_bytes();
        for cut in 0..stream.len() {
            let mut events = Events::default();
            let mut found = events.take(&stream[..cut]);
            found.extend(events.take(&stream[cut..]));
            found.extend(events.rest());
            assert_eq!(found, ["{\"x\":\n1}", "\u{e9}", "last"], "cut at {cut}");
        }
    }
}
