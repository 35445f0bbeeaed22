import Stemma

/// JSON documents of about a kilobyte that go through two steps, with a schema of each of the three versions.
struct Migrations {
    let count: Int

    private static let variable = Variable<JSONValue>("Document")

    private static let schemas: [(version: String, document: JSONValue)] = [
        ("0.1.0", schema(["signal": samples, "rate": ["type": "string"], "unit": ["type": "string"]])),
        ("0.2.0", schema(["samples": samples, "rate": ["type": "integer"], "unit": ["type": "string"]])),
        (
            "0.3.0",
            schema([
                "samples": samples, "recording": ["type": "object", "required": ["rate"]], "filter": true,
            ])
        ),
    ]

    private static let samples: JSONValue = [
        "type": "array", "minItems": 1, "items": ["type": "number", "minimum": -1e6, "maximum": 1e6],
    ]

    private static func schema(_ properties: JSONObject) -> JSONValue {
        [
            "type": "object", "properties": .object(properties),
            "required": .array(properties.names.map(JSONValue.string)),
        ]
    }

    private static let definitions: [JSONValue] = [
        [
            "from": "0.1.0", "to": "0.2.0",
            "up": [
                ["op": "rename", "at": "/signal", "to": "samples"],
                ["op": "cast", "at": "/rate", "from": "string", "to": "integer"],
            ],
        ],
        [
            "from": "0.2.0", "to": "0.3.0",
            "up": [
                ["op": "move", "from": "/rate", "to": "/recording/rate"],
                ["op": "map", "at": "/side", "values": ["l": "left", "r": "right"]],
                ["op": "add", "at": "/filter", "value": .null], ["op": "remove", "at": "/unit"],
            ],
        ],
    ]

    func make(in store: Store) throws {
        let workload = Workload(count: count)
        try store.transaction { transaction in
            try setSchema(0, transaction)
            for index in 0..<count {
                let document: JSONValue = [
                    "signal": .array(workload.values(index).map(JSONValue.number)), "rate": "250",
                    "unit": "uV",
                    "side": index % 2 == 0 ? "l" : "r",
                ]
                try transaction.save(document, as: Self.variable, at: workload.keys(index))
            }
        }
        _ = try store.commit("\(count) documents")
        try store.transaction { transaction in
            for number in Self.schemas.indices.dropFirst() { try setSchema(number, transaction) }
            for definition in Self.definitions {
                try transaction.add(MigrationDefinition(definition), of: Self.variable.name)
            }
        }
        _ = try store.commit("two migrations")
    }

    private func setSchema(_ number: Int, _ transaction: Transaction) throws {
        let schema = Self.schemas[number]
        try transaction.setSchema(
            schema.document, version: SchemaVersion(schema.version), of: Self.variable.name)
    }

    /// - Parameter isLazy: whether records are left as they are, to be raised when they are read.
    func migrate(in store: Store, isLazy: Bool) throws {
        var options = MigrationOptions()
        options.isLazy = isLazy
        let report = try store.migrate(Self.variable.name, to: SchemaVersion("0.3.0"), options: options)
        let records = isLazy ? report.routes.reduce(0) { $0 + $1.records } : report.migrated
        guard report.isApplied, report.commit != nil, records == count else {
            throw Tasks.Failure.wrongCount(records)
        }
    }

    func revert(in store: Store) throws {
        guard try store.revert("HEAD") != nil else { throw Tasks.Failure.wrongCount(0) }
    }
}
