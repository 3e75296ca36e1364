import { beforeEach, describe, expect, it } from "vitest";
import { goBack, keepWayBack, ownAddress, wayBack } from "$/door/way-back";

describe("the way back", () => {
  beforeEach(() => {
    sessionStorage.clear();
    history.replaceState(null, "", "/");
  });

  it.each([
    ["/chat/5?message=7", "/chat/5?message=7"],
    ["chat", "/chat"],
    [null, "/"],
    ["https://elsewhere.example/chat", "/"],
    ["//elsewhere.example/chat", "/"],
    ["/\\elsewhere.example", "/"],
    ["javascript:alert(1)", "/"],
    ["/login?to=/chat", "/"],
    ["/oidc/login", "/"],
    ["http://[", "/"],
  ])("of %j is %s", (wanted, found) => {
    expect(ownAddress(wanted)).toBe(found);
  });

  it("is where one is, or what the form's address says", () => {
    history.replaceState(null, "", "/tasks/3?show=log");
    expect(wayBack()).toBe("/tasks/3?show=log");
    history.replaceState(null, "", "/login?to=%2Fmodels%2Fqueue");
    expect(wayBack()).toBe("/models/queue");
    history.replaceState(null, "", "/setup");
    expect(wayBack()).toBe("/");
  });

  it("outlives the page of a provider, once", () => {
    history.replaceState(null, "", "/login?to=/tasks");
    keepWayBack();
    history.replaceState(null, "", "/");
    goBack();
    expect(location.pathname).toBe("/tasks");
    history.replaceState(null, "", "/");
    goBack();
    expect(location.pathname).toBe("/");
  });
});
