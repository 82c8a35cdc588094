"""What the OpenAPI document says of signing in, and of fields that a request may not have."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its metaclass
    """An opaque bearer token, from POST /api/v1/auth/tokens."""

    target_class = "api.authentication.BearerToken"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the scheme as OpenAPI writes it."""
        return {"type": "http", "scheme": "bearer"}


def earlier_generations(
    result: dict[str, Any],
    generator: Any,
    request: Any,
    public: bool,  # noqa: FBT001 - drf-spectacular passes it by position
) -> dict[str, Any]:
    """Say of each reading of a body's books that it reads earlier generations too."""
    for path, operations in result["paths"].items():
        if "{body_code}" in path and "get" in operations:
            operations["get"].setdefault("parameters", []).append(_GENERATION)
    return result


_GENERATION = {
    "in": "query",
    "name": "generation",
    "schema": {"type": "integer", "minimum": 1, "maximum": 32767},
    "description": "Books of an earlier generation, which can only be read; else the live ones.",
}


def refuse_unknown_fields(
    result: dict[str, Any],
    generator: Any,
    request: Any,
    public: bool,  # noqa: FBT001 - drf-spectacular passes it by position
) -> dict[str, Any]:
    """Say of each request that it has no other fields: the readers refuse them."""
    for name, schema in result["components"]["schemas"].items():
        if name.endswith("Request") and schema.get("type") == "object":
            schema["additionalProperties"] = False
    return result
