declare module "virtual:members" {
  export const MEMBERS: import("./shape.ts").MemberTable;
}
