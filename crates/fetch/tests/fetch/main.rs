//! The room as its neighbors meet it, asking a scripted server on loopback.

#[cfg(test)]
mod addresses;
#[cfg(test)]
mod auth;
#[cfg(test)]
mod codings;
#[cfg(test)]
mod live;
#[cfg(test)]
mod names;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod web;
