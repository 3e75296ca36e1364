"""Logging in by a provider of identities (OpenID Connect): Keycloak, Authentik, Entra ID, Google and others."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

ClaimName = Annotated[str, Meta(min_length=1, max_length=128)]


class OidcSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Log-in by OpenID Connect, beside passwords."""

    issuer: Annotated[
        str | None, Meta(description="The provider's address, as its tokens name it; unset: nobody logs in this way.")
    ] = None
    client_id: Annotated[str | None, Meta(description="The name of this daemon at the provider.")] = None
    client_secret: Annotated[
        str | None, Meta(description="Its secret there, if it has one; better in `clientSecretFile`.")
    ] = None
    client_secret_file: Annotated[
        str | None, Meta(description="File that holds the secret, instead of `clientSecret`.")
    ] = None
    ca_file: Annotated[
        str | None, Meta(description="Certificates, in PEM, that vouch for the provider's; unset: the machine's own.")
    ] = None
    scopes: Annotated[
        tuple[Annotated[str, Meta(max_length=128)], ...],
        Meta(description="What is asked for besides `openid` and `profile`."),
    ] = ()
    name_claim: Annotated[ClaimName, Meta(description="What of a token is the name of a user who is new here.")] = (
        "preferred_username"
    )
    role_claim: Annotated[
        ClaimName | None,
        Meta(
            description="What of a token tells the role, `.` between the parts of a path, e.g. `realm_access.roles`; "
            "it is set at each log-in. Unset: roles are given here.",
        ),
    ] = None
    admin_values: Annotated[tuple[str, ...], Meta(description="Values of `roleClaim` that make an admin.")] = ()
    member_values: Annotated[tuple[str, ...], Meta(description="Values that make a member.")] = ()
    viewer_values: Annotated[tuple[str, ...], Meta(description="Values that make a viewer.")] = ()
    default_role: Annotated[
        Literal["member", "viewer", "none"],
        Meta(description="Role of who is new here or has none of the values; `none`: they are refused."),
    ] = "none"
    create_users: Annotated[
        bool, Meta(description="Make a user of whoever logs in first; otherwise only those who are linked come in.")
    ] = False
