//! The dependency graph as cargo tells it. Judges nothing; `law` does.

use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

/// Packages and who depends on whom.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// House crates.
    pub(crate) members: Vec<Member>,
    /// Everything that is built, ours and others'.
    pub(crate) packages: Vec<Package>,
    /// What each package links, by id, development dependencies left out.
    pub(crate) links: BTreeMap<String, Vec<String>>,
}

/// A house crate.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// Folder from the root.
    pub(crate) folder: String,
    pub(crate) id: String,
    pub(crate) dependencies: Vec<Dependency>,
    /// Whether others can link it.
    pub(crate) library: bool,
}

/// Any package.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) license: Option<String>,
    pub(crate) source: Option<String>,
    manifest_path: String,
    dependencies: Vec<Dependency>,
    targets: Vec<Target>,
}

/// What a package builds.
#[derive(Debug, Deserialize)]
struct Target {
    kind: Vec<String>,
}

/// One line of a manifest.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) kind: Option<String>,
    #[serde(default)]
    pub(crate) features: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    workspace_root: String,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Link>,
}

#[derive(Deserialize)]
struct Link {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

// === impl Graph ===

impl Graph {
    /// Asks cargo for the graph of the workspace at `root`, for this platform.
    pub(crate) fn of(root: &Path) -> Result<Self, String> {
        let asked = Command::new(crate::run::cargo())
            .args(["metadata", "--format-version", "1", "--filter-platform"])
            .arg(crate::run::host())
            .current_dir(root)
            .output()
            .map_err(|e| format!("cargo metadata: {e}"))?;
        if !asked.status.success() {
            return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&asked.stderr)));
        }
        let metadata: Metadata =
            serde_json::from_slice(&asked.stdout).map_err(|e| format!("cargo metadata: {e}"))?;
        Ok(Graph::from(metadata))
    }

    /// Everything that `id` links, whether near or far.
    pub(crate) fn reached(&self, id: &str) -> BTreeSet<&str> {
        let mut open = vec![id];
        let mut seen = BTreeSet::new();
        while let Some(next) = open.pop() {
            for link in self.links.get(next).into_iter().flatten() {
                if seen.insert(link.as_str()) {
                    open.push(link);
                }
            }
        }
        seen
    }

    /// The name of the package of this id.
    pub(crate) fn name(&self, id: &str) -> &str {
        self.packages.iter().find(|package| package.id == id).map_or("", |found| &found.name)
    }
}

impl From<Metadata> for Graph {
    fn from(metadata: Metadata) -> Graph {
        let Metadata { packages, workspace_members, workspace_root, resolve } = metadata;
        let member = |package: &Package| Member {
            name: package.name.clone(),
            folder: package
                .manifest_path
                .trim_start_matches(workspace_root.as_str())
                .trim_matches('/')
                .trim_end_matches("/Cargo.toml")
                .to_owned(),
            id: package.id.clone(),
            dependencies: package.dependencies.clone(),
            library: package.targets.iter().any(|target| target.kind.iter().any(|k| k == "lib")),
        };
        let ours = |package: &&Package| workspace_members.contains(&package.id);
        let members = packages.iter().filter(ours).map(member).collect();
        let linked = |link: &Link| link.dep_kinds.iter().any(|kind| kind.kind.is_none());
        let ids = |node: Node| {
            let deps = node.deps.into_iter().filter(linked).map(|link| link.pkg).collect();
            (node.id, deps)
        };
        Graph { members, packages, links: resolve.nodes.into_iter().map(ids).collect() }
    }
}

// === impl Member ===

impl Member {
    /// The first step of its folder.
    pub(crate) fn room(&self) -> &str {
        self.folder.split('/').next().unwrap_or_default()
    }

    /// What it links itself, development dependencies left out.
    pub(crate) fn linked(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies.iter().filter(|dependency| dependency.kind.as_deref() != Some("dev"))
    }
}
