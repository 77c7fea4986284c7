"""An issuer of tokens for rehearsals: whoever holds its one client's secret may be anybody in the rehearsal.

It speaks as much of OpenID Connect as a client with credentials of its own needs (discovery, keys, the token endpoint
of RFC 6749, 4.4). Its signing key is made at each start and kept nowhere.
"""
