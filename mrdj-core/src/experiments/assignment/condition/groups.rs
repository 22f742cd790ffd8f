//! Groups that a payload names once and its conditions refer to.

use std::collections::HashMap;

use super::super::Value;
use super::super::loading::{Loading, Place};
use super::members::Members;
use super::{Condition, condition};

/// The saved groups of a catalogue.
#[derive(Debug, Default)]
pub(in super::super) struct Groups {
    lists: Box<[Members]>,
    conditions: Box<[Condition]>,
}

impl Groups {
    pub(super) fn members(&self, group: usize) -> &Members {
        &self.lists[group]
    }

    pub(super) fn condition(&self, group: usize) -> &Condition {
        &self.conditions[group]
    }
}

/// What a saved group is, while conditions are compiled that refer to it.
#[derive(Clone, Copy)]
pub(super) enum Group<'p> {
    /// The members of this list, which says not of what they are members.
    Bare(usize),
    /// The members of this list; the attribute that they are values of, when it says so.
    List(usize, Option<&'p str>),
    /// Whom this condition holds for.
    Condition(usize),
    /// Something that is not known: nobody is in it, and nobody is known to be out of it.
    Unknown,
}

/// Saved groups by their ids.
#[derive(Default)]
pub(in super::super) struct GroupIndex<'p> {
    known: HashMap<&'p str, Group<'p>>,
    lists: Vec<&'p [Value]>,
    conditions: Vec<(&'p str, &'p Value)>,
}

impl<'p> GroupIndex<'p> {
    /// Reads `savedGroups`: lists, or objects of the type `list` or `condition`.
    pub(in super::super) fn new(groups: &'p [(Box<str>, Value)]) -> Self {
        let mut index = Self::default();
        for (id, group) in groups {
            let group = index.read(id, group);
            index.known.insert(id, group);
        }
        index
    }

    fn read(&mut self, id: &'p str, group: &'p Value) -> Group<'p> {
        let text = |name| group.get(name).and_then(Value::as_text);
        match (group, text("type")) {
            (Value::List(values), _) => Group::Bare(self.list(values)),
            (_, Some("list")) => match group.get("values") {
                Some(Value::List(values)) => Group::List(self.list(values), text("attributeKey")),
                _ => Group::Unknown,
            },
            (_, Some("condition")) => match group.get("condition") {
                Some(condition @ (Value::Object(_) | Value::List(_))) => {
                    self.conditions.push((id, condition));
                    Group::Condition(self.conditions.len() - 1)
                }
                _ => Group::Unknown,
            },
            _ => Group::Unknown,
        }
    }

    fn list(&mut self, values: &'p [Value]) -> usize {
        self.lists.push(values);
        self.lists.len() - 1
    }

    pub(super) fn find(&self, id: &str) -> Option<Group<'p>> {
        self.known.get(id).copied()
    }

    /// Compiles every group; `loading` knows them all, so that they may name each other.
    pub(in super::super) fn compile(loading: &mut Loading<'p>) -> Groups {
        let lists = loading.groups.lists.iter().map(|values| Members::new(values)).collect();
        let sources = loading.groups.conditions.clone();

        let compile = |(id, source)| condition(source, Place::GROUPS.field(id).field("condition"), loading);
        Groups { lists, conditions: sources.into_iter().map(compile).collect() }
    }
}
