// Keeps the page up to date. Without JavaScript the page is complete, and a reload shows the changes.
"use strict";

const REFRESH_MS = 1000;
const RETRY_MS = 5000;
const AGES = [["d", 86400], ["h", 3600], ["min", 60]];

const list = document.getElementById("following");
let since = list?.dataset.since;
let stream = null;
let refreshing = null;

// Texts -------------------------------------------------------------------------------------------------

function age(moment) {
  const seconds = Math.max(0, (Date.now() - Date.parse(moment)) / 1000);
  const [unit, length] = AGES.find(([, size]) => seconds >= size) ?? ["s", 1];
  return `${unit === "s" ? Math.round(seconds) : Math.floor(seconds / length)} ${unit} ago`;
}

function updateAges() {
  for (const time of document.querySelectorAll("time[data-age]")) time.textContent = age(time.dateTime);
}

function showConnection(text) {
  if (list) list.textContent = text;
}

// Refreshing: the server renders the page again, and its live parts replace the old ones ----------------

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

// At most once a second, however many events arrive.
function refreshSoon() {
  refreshing ??= setTimeout(async () => {
    await refresh().catch(() => {});
    refreshing = null;
  }, REFRESH_MS);
}

// The event stream ---------------------------------------------------------------------------------------------

function showProgress(element, progress) {
  const bar = element?.querySelector("progress");
  const note = element?.querySelector(".steps");
  if (!progress || !bar || !note) return false;
  if (progress.total) {
    bar.max = progress.total;
    bar.value = progress.done;
  }
  const steps = `${progress.done}${progress.total === null ? "" : `/${progress.total}`}`;
  note.textContent = progress.note ? `${steps} · ${progress.note}` : steps;
  return true;
}

function changed(event) {
  const job = JSON.parse(event.data);
  since = event.lastEventId;
  const element = list ? document.getElementById(`job-${job.id}`) : document.getElementById("state");
  const isSameState = element?.dataset.state === job.state;
  if (!list && !isSameState) document.getElementById("announcement").textContent = `The job is ${job.state}`;
  // Progress moves the bar at once; any other change needs the page.
  if (!(isSameState && showProgress(element, job.progress))) refreshSoon();
}

function follow() {
  const job = document.getElementById("state")?.dataset.job;
  if (stream || document.hidden || !(list || job)) return;
  stream = new EventSource(list ? `/jobs/events?since=${encodeURIComponent(since)}` : `/jobs/${job}/events`);
  stream.addEventListener("open", () => showConnection("Live"));
  stream.addEventListener("job", changed);
  stream.addEventListener("error", reconnect);
}

// Pages without a stream poll.
function pollPage() {
  const isFollowing = list || document.getElementById("announcement");
  if (!isFollowing && !document.hidden) refreshSoon();
}

function closeStream() {
  stream?.close();
  stream = null;
}

function reconnect() {
  // The browser reconnects by itself unless the stream was refused: then the page polls, and tries again later.
  if (stream?.readyState !== EventSource.CLOSED) return showConnection("Reconnecting…");
  closeStream();
  const isFinished = !list && !document.getElementById("state")?.dataset.job;
  if (isFinished) return;
  showConnection(`Reloading every ${RETRY_MS / 1000} s`);
  refreshSoon();
  setTimeout(follow, RETRY_MS);
}

// Hidden pages free their slot for visible ones.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return closeStream();
  refreshSoon();
  follow();
});

addEventListener("pagehide", closeStream);
addEventListener("pageshow", follow);
setInterval(updateAges, 5000);
setInterval(pollPage, RETRY_MS);
