import { describe, expect, it } from "vitest";
import { router } from "$/app/router.svelte";

describe("the router", () => {
  it.each([
    ["/", "chat", ""],
    ["/chat", "chat", ""],
    ["/chat/", "chat", ""],
    ["/chat/12", "chat", "12"],
    ["/tasks/3", "tasks", "3"],
    ["/workspace/prompts", "workspace", "prompts"],
    ["/models/queue", "models", "queue"],
    ["/machine", "machine", ""],
  ])("reads %s", (address, area, rest) => {
    dispatchEvent(new PopStateEvent("popstate")); // whatever others have left in the address
    router.go(address);
    expect([router.area, router.rest]).toEqual([area, rest]);
  });

  it.each(["/nothing", "/chat/first", "/chat/0", "/tasks/3/log", "/machine/1", "/workspace/%E0%A4%A", "/chat//5"])(
    "finds nothing at %s",
    (address) => {
      history.pushState(null, "", location.origin + address);
      dispatchEvent(new PopStateEvent("popstate"));
      expect(router.area).toBeUndefined();
    },
  );

  it("has the id that stands behind an area", () => {
    router.go("/tasks/3");
    expect(router.id).toBe(3);
    router.go("/tasks");
    expect(router.id).toBeUndefined();
  });
});
