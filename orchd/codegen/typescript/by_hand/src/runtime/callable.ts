/** Requests that are also a family: `conversation:import` beside `conversation:import:list`. */

/** Return what can be called as its `invoke`, and has all of its members. */
export function callable<Requests extends { invoke: (...given: never[]) => unknown }>(
  requests: Requests,
): Requests["invoke"] & Requests {
  const call = (...given: never[]): unknown => requests.invoke(...given);
  const get = (_call: unknown, name: string | symbol): unknown => {
    if (!Reflect.has(requests, name)) return Reflect.get(call, name);
    const found: unknown = Reflect.get(requests, name, requests);
    return typeof found === "function" ? found.bind(requests) : found;
  };
  return new Proxy(call, { get }) as unknown as Requests["invoke"] & Requests;
}
