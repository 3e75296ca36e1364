// The browsers in which somebody is logged in: asked for over the WebSocket, as any program would.

const BROWSERS = [["Edg", "Edge"], ["OPR", "Opera"], ["SamsungBrowser", "Samsung Internet"], ["Firefox", "Firefox"],
  ["FxiOS", "Firefox"], ["CriOS", "Chrome"], ["Chrome", "Chrome"], ["Version", "Safari"]];
const SYSTEMS = ["iPhone", "iPad", "Android", "Windows", "Mac OS X", "CrOS", "Linux"];

/** `Chrome 156, Linux` for what a browser says of itself; anything else as it is. The first that fits counts: most
 * browsers name others, too. */
function shortName(agent) {
  if (!agent.startsWith("Mozilla/")) return agent;
  for (const [mark, name] of BROWSERS) {
    const version = agent.match(new RegExp(`${mark}/(\\d+)`));
    if (!version) continue;
    const system = SYSTEMS.find((each) => agent.includes(each));
    return `${name} ${version[1]}${system ? `, ${system}` : ""}`;
  }
  return agent;
}

/** Show them in `section`, and log out those that somebody picks. `socket` is a WebSocket that opens. */
export function showLogins(section, socket) {
  const list = section.querySelector("ul");
  const said = section.querySelector("[role=alert]");
  const words = section.dataset;
  const time = new Intl.DateTimeFormat(words.language, { dateStyle: "medium", timeStyle: "short" });
  const rows = new Map();
  const ask = (type, data) => socket.send(JSON.stringify({ type, id: type, data }));

  function element(name, text) {
    const made = section.ownerDocument.createElement(name);
    made.textContent = text;
    return made;
  }

  function show(login) {
    const row = element("li", "");
    const used = words.used.replace("%s", time.format(new Date(login.seenAt)));
    const name = element("strong", shortName(login.agent) || words.unknown);
    name.title = login.agent;
    row.append(name, element("span", `${login.address} · ${used}`));
    if (login.current) {
      row.append(element("em", words.current));
    } else {
      const button = element("button", words.revoke);
      button.addEventListener("click", () => {
        button.disabled = true;
        said.textContent = "";
        ask("login:revoke", { loginId: login.id });
      });
      row.append(button);
      rows.set(login.id, { row, button });
    }
    list.append(row);
  }

  const answers = {
    "session:ready": () => ask("login:list", { limit: 200 }),
    "login:list": ({ items }) => {
      items.forEach(show);
      section.hidden = false;
    },
    "login:revoke": ({ loginId }) => {
      rows.get(loginId)?.row.remove();
      rows.delete(loginId);
    },
    error: () => {
      said.textContent = words.failed;
      for (const { button } of rows.values()) button.disabled = false;
    },
  };
  socket.addEventListener("message", ({ data }) => {
    const frame = JSON.parse(data);
    answers[frame.type]?.(frame.data);
  });
  socket.addEventListener("close", () => {
    for (const { button } of rows.values()) button.disabled = true;
  });
}
