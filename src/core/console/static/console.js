// Keeps the page as the ledger is now. Without it the page is complete, and a reload shows what changed.
"use strict";

const REFRESH_MS = 1000;
const RETRY_MS = 5000;
const AGES = [["d", 86400], ["h", 3600], ["min", 60]];

const list = document.getElementById("following");
let since = list?.dataset.since;
let stream = null;
let refreshing = null;

// What people read -------------------------------------------------------------------------------------------------

function age(moment) {
  const seconds = Math.max(0, (Date.now() - Date.parse(moment)) / 1000);
  const [unit, length] = AGES.find(([, size]) => seconds >= size) ?? ["s", 1];
  return `${unit === "s" ? Math.round(seconds) : Math.floor(seconds / length)} ${unit} ago`;
}

function tellAges() {
  for (const time of document.querySelectorAll("time[data-age]")) time.textContent = age(time.dateTime);
}

function tell(text) {
  if (list) list.textContent = text;
}

// The server's page, again: one template draws a job, and this only puts its newest drawing in place ----------------

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement?.id;
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(old.id);
    if (fresh) old.replaceWith(document.adoptNode(fresh));
  }
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
}

// However much happens, the page is drawn once a second at most.
function refreshSoon() {
  refreshing ??= setTimeout(async () => {
    await refresh().catch(() => {});
    refreshing = null;
  }, REFRESH_MS);
}

// What the stream tells ---------------------------------------------------------------------------------------------

function showProgress(place, progress) {
  const bar = place?.querySelector("progress");
  const told = place?.querySelector(".steps");
  if (!progress || !bar || !told) return false;
  if (progress.total) {
    bar.max = progress.total;
    bar.value = progress.done;
  }
  const steps = `${progress.done}${progress.total === null ? "" : `/${progress.total}`}`;
  told.textContent = progress.note ? `${steps} · ${progress.note}` : steps;
  return true;
}

function changed(event) {
  const job = JSON.parse(event.data);
  since = event.lastEventId;
  const place = list ? document.getElementById(`job-${job.id}`) : document.getElementById("state");
  const isSameState = place?.dataset.state === job.state;
  if (!list && !isSameState) document.getElementById("said").textContent = `The job is ${job.state}`;
  // A step forward moves the bar at once; anything else is a new drawing.
  if (!(isSameState && showProgress(place, job.progress))) refreshSoon();
}

function follow() {
  const job = document.getElementById("state")?.dataset.job;
  if (stream || document.hidden || !(list || job)) return;
  stream = new EventSource(list ? `/jobs/events?since=${encodeURIComponent(since)}` : `/jobs/${job}/events`);
  stream.addEventListener("open", () => tell("Live"));
  stream.addEventListener("job", changed);
  stream.addEventListener("error", lost);
}

// Pages without a stream look by themselves.
function lookAround() {
  const isFollowing = list || document.getElementById("said");
  if (!isFollowing && !document.hidden) refreshSoon();
}

function leave() {
  stream?.close();
  stream = null;
}

function lost() {
  // The browser comes back by itself, unless it was refused: then the page looks for itself, and asks again later.
  if (stream?.readyState !== EventSource.CLOSED) return tell("Connecting again…");
  leave();
  const isOver = !list && !document.getElementById("state")?.dataset.job;
  if (isOver) return;
  tell(`Looking every ${RETRY_MS / 1000} s`);
  refreshSoon();
  setTimeout(follow, RETRY_MS);
}

// A page that nobody sees gives its place to one that somebody does.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return leave();
  refreshSoon();
  follow();
});

addEventListener("pagehide", leave);
addEventListener("pageshow", follow);
setInterval(tellAges, 5000);
setInterval(lookAround, RETRY_MS);
