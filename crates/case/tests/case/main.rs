//! The room as its neighbors meet it.

#[cfg(test)]
mod captures;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod folders;
#[cfg(test)]
mod held;
#[cfg(test)]
mod kept;
#[cfg(test)]
mod made;
#[cfg(test)]
mod power;
#[cfg(test)]
mod verify;
#[cfg(test)]
mod warc;
