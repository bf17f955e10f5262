//! A workflow of ComfyUI's, in the form that its API takes, and how a shot's values get into it.
//!
//! What takes what is data. A model of the catalogue maps each named input to addresses in the workflow,
//! `TITLE.FIELD`: the node's title (or id), and the name of the field. And a node may say in its `_meta` that it
//! belongs to an `option`, the named input without which it has no business in the graph. Then it is left out, and
//! who was linked to its outputs is linked to its own inputs, as `bypass` lists them: the first for the first
//! output, and so on; without such an entry the field that it fed is left out. ComfyUI itself reads neither.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The workflows that come with AdMint.
const EMBEDDED: [(&str, &str); 4] = [
    ("sdxl", include_str!("../../workflows/sdxl.json")),
    ("wan-2.2-5b", include_str!("../../workflows/wan-2.2-5b.json")),
    ("wan-2.2-i2v", include_str!("../../workflows/wan-2.2-i2v.json")),
    ("wan-2.2-t2v", include_str!("../../workflows/wan-2.2-t2v.json")),
];

/// See the module's description.
#[derive(Clone, Debug)]
pub struct Workflow {
    nodes: BTreeMap<String, Node>,
}

#[derive(Clone, Debug, Deserialize)]
struct Node {
    class_type: String,
    #[serde(default)]
    inputs: Map<String, Value>,
    #[serde(default, rename = "_meta")]
    meta: Meta,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Meta {
    #[serde(default)]
    title: String,
    #[serde(default)]
    option: Option<String>,
    #[serde(default)]
    bypass: Vec<String>,
}

impl Workflow {
    /// The text of the workflow of this name, if it is a packaged one.
    pub fn embedded(name: &str) -> Option<&'static str> {
        EMBEDDED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
    }

    /// From the JSON that ComfyUI exports for its API.
    pub fn parse(text: &str) -> Result<Self, String> {
        let nodes: Map<String, Value> =
            serde_json::from_str(text).map_err(|error| format!("it is no JSON object: {error}"))?;
        if nodes.get("nodes").is_some_and(Value::is_array) {
            return Err(
                "it is the form that ComfyUI's editor keeps; export it with \u{201c}Export (API)\u{201d}"
                    .into(),
            );
        }
        let parse = |(id, node): (String, Value)| match serde_json::from_value::<Node>(node) {
            Ok(node) => Ok((id, node)),
            Err(error) => Err(format!("its node {id}: {error}")),
        };
        let nodes: BTreeMap<String, Node> = nodes.into_iter().map(parse).collect::<Result<_, _>>()?;
        if nodes.is_empty() {
            return Err("it has no nodes".into());
        }
        Ok(Self { nodes })
    }

    /// Whether there is what each address names. Several stand with commas between them.
    pub fn check(&self, addresses: &str) -> Result<(), String> {
        self.fields(addresses).map(drop)
    }

    /// The graph with these values at their addresses, and with only those options that are among them.
    pub fn fill(&self, values: &[(&str, Value)], options: &BTreeSet<&str>) -> Result<Value, String> {
        let mut nodes = self.nodes.clone();
        for (addresses, value) in values {
            for (id, field) in self.fields(addresses)? {
                if let Some(node) = nodes.get_mut(&id) {
                    node.inputs.insert(field, value.clone());
                }
            }
        }
        let is_out =
            |node: &Node| node.meta.option.as_ref().is_some_and(|name| !options.contains(name.as_str()));
        let all = nodes.clone();
        nodes.retain(|_, node| !is_out(node));
        for node in nodes.values_mut() {
            let fields = std::mem::take(&mut node.inputs);
            node.inputs = fields
                .into_iter()
                .filter_map(|(field, value)| Some((field, past(&all, &is_out, value)?)))
                .collect();
        }
        let graph = nodes.into_iter().map(|(id, Node { class_type, inputs, meta })| {
            let title = meta.title;
            (id, json!({ "class_type": class_type, "inputs": inputs, "_meta": { "title": title } }))
        });
        Ok(Value::Object(graph.collect()))
    }

    fn fields(&self, addresses: &str) -> Result<Vec<(String, String)>, String> {
        addresses.split(',').map(|address| self.field(address.trim())).collect()
    }

    fn field(&self, address: &str) -> Result<(String, String), String> {
        let Some((name, field)) = address.rsplit_once('.') else {
            return Err(format!("expected an address such as `Prompt.text`, not `{address}`"));
        };
        let mut named = self.nodes.iter().filter(|(id, node)| node.meta.title == name || id.as_str() == name);
        match (named.next(), named.next()) {
            (Some((id, node)), None) if node.inputs.contains_key(field) => Ok((id.clone(), field.to_owned())),
            (Some(_), None) => Err(format!("`{address}`: its node has no field of this name")),
            (None, _) => Err(format!("`{address}`: it has no node of this title")),
            (Some(_), Some(_)) => Err(format!("`{address}`: it has several nodes of this title")),
        }
    }
}

/// The value of a field, with links to what is left out led past it; none if that leads nowhere.
fn past(all: &BTreeMap<String, Node>, is_out: &impl Fn(&Node) -> bool, value: Value) -> Option<Value> {
    let mut value = value;
    // A link leads from node to node, and a loop never ends: no more steps than there are nodes.
    for _ in 0..=all.len() {
        let Some((id, output)) = link(&value) else { return Some(value) };
        match all.get(id) {
            Some(node) if is_out(node) => {
                value = node.meta.bypass.get(output).and_then(|field| node.inputs.get(field))?.clone();
            }
            _ => return Some(value),
        }
    }
    None
}

/// The node and the number of its output that a value is linked to.
fn link(value: &Value) -> Option<(&str, usize)> {
    let [id, output] = value.as_array()?.as_slice() else { return None };
    Some((id.as_str()?, usize::try_from(output.as_u64()?).ok()?))
}

/// Names of node classes in a graph, each once, with the fields that name files.
pub fn needs(graph: &Value) -> BTreeMap<String, BTreeMap<String, BTreeSet<String>>> {
    let mut classes: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for node in graph.as_object().into_iter().flat_map(Map::values) {
        let fields = classes.entry(node["class_type"].as_str().unwrap_or_default().to_owned()).or_default();
        for (field, value) in node["inputs"].as_object().into_iter().flatten() {
            if let (true, Some(file)) = (field.ends_with("_name"), value.as_str()) {
                fields.entry(field.clone()).or_default().insert(file.to_owned());
            }
        }
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A loader, an option in between, an optional picture, and who uses them.
    const SMALL: &str = r#"{
        "1": { "class_type": "Load", "inputs": { "ckpt_name": "a.safetensors" }, "_meta": { "title": "Model" } },
        "2": { "class_type": "Lora", "inputs": { "model": ["1", 0], "lora_name": "" },
               "_meta": { "title": "LoRA", "option": "lora", "bypass": ["model"] } },
        "3": { "class_type": "Lora", "inputs": { "model": ["2", 0], "lora_name": "" },
               "_meta": { "title": "Second", "option": "lora", "bypass": ["model"] } },
        "4": { "class_type": "LoadImage", "inputs": { "image": "" },
               "_meta": { "title": "v1.5 picture", "option": "first_frame" } },
        "5": { "class_type": "Make", "inputs": { "model": ["3", 0], "start": ["4", 0], "text": "", "seed": 0 },
               "_meta": { "title": "Make" } }
    }"#;

    #[track_caller]
    fn check(options: &[&str], nodes: &[&str], model: Value, start: Value) {
        let workflow = Workflow::parse(SMALL).unwrap();
        let options: BTreeSet<&str> = options.iter().copied().collect();
        let graph = workflow.fill(&[("Make.text", "a cup".into())], &options).unwrap();
        let ids: Vec<&str> = graph.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(ids, nodes);
        let made = &graph["5"]["inputs"];
        assert_eq!((&made["model"], &made["start"], &made["text"]), (&model, &start, &json!("a cup")));
    }

    #[test]
    fn what_is_not_asked_for_is_left_out_and_led_past() {
        check(&[], &["1", "5"], json!(["1", 0]), Value::Null);
        check(&["lora"], &["1", "2", "3", "5"], json!(["3", 0]), Value::Null);
        check(&["first_frame"], &["1", "4", "5"], json!(["1", 0]), json!(["4", 0]));
    }

    #[test]
    fn addresses_name_a_title_or_an_id_and_a_field() {
        let workflow = Workflow::parse(SMALL).unwrap();
        let check = |address: &str, says: Option<&str>| match (workflow.check(address), says) {
            (Ok(()), None) => {}
            (Err(error), Some(part)) => assert!(error.contains(part), "{error}"),
            (found, _) => panic!("{address}: {found:?}"),
        };
        check("Make.text", None);
        check("5.seed", None);
        check("LoRA.lora_name, Second.lora_name", None);
        check("v1.5 picture.image", None);
        check("Make.prompt", Some("no field"));
        check("Prompt.text", Some("no node"));
        check("text", Some("such as"));
    }

    #[test]
    fn a_file_that_is_no_workflow_says_what_it_is() {
        let check = |text: &str, says: &str| {
            let error = Workflow::parse(text).unwrap_err();
            assert!(error.contains(says), "{error}");
        };
        check("{}", "no nodes");
        check("[]", "no JSON object");
        check(r#"{ "nodes": [], "links": [] }"#, "Export (API)");
        check(r#"{ "1": { "inputs": {} } }"#, "node 1");
    }

    #[test]
    fn every_packaged_workflow_is_whole_with_any_of_its_options() {
        for (name, text) in EMBEDDED {
            let workflow = Workflow::parse(text).unwrap();
            let known: BTreeSet<&str> =
                workflow.nodes.values().filter_map(|node| node.meta.option.as_deref()).collect();
            let known: Vec<&str> = known.into_iter().collect();
            for choice in 0..1_u32 << known.len() {
                let chosen = |at: usize| choice >> at & 1 == 1;
                let options: BTreeSet<&str> =
                    (0..known.len()).filter(|at| chosen(*at)).map(|at| known[at]).collect();
                let graph = workflow.fill(&[], &options).unwrap();
                for (id, node) in graph.as_object().unwrap() {
                    for (field, value) in node["inputs"].as_object().unwrap() {
                        let leads = link(value).is_none_or(|(to, _)| graph.get(to).is_some());
                        assert!(leads, "{name} with {options:?}: {id}.{field} leads to {value}");
                    }
                    // What is not there was left out on purpose: a picture to start from.
                    let all = workflow.nodes[id].inputs.len();
                    let left = node["inputs"].as_object().unwrap().len();
                    assert!(
                        left == all || id == "9" && name == "wan-2.2-5b",
                        "{name} with {options:?}: {id}"
                    );
                }
            }
        }
    }
}
