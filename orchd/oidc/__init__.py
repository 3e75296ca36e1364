"""Logging in by a provider of identities (OpenID Connect, code flow with PKCE), beside passwords.

A person is known by the provider's (issuer, subject) and nothing else: names and addresses of mail are anybody's to
choose there. `opening.open_login_flow` loads the rest, which takes a tenth of a second, when a provider is configured.
"""
