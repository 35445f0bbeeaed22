import Stemma

/// A table of two columns, time and value, kept as the file that it came in.
///
/// Time begins with the year (`19580329`, `1700`); a missing value is an empty field, and NaN here.
struct Table: Storable {
    struct Row {
        let year: Int
        let value: Double
    }

    static let payloadFormat = PayloadFormat.csv

    let rows: [Row]
    private let file: [UInt8]

    init(payload: [UInt8]) throws {
        file = payload
        let lines = String(decoding: payload, as: UTF8.self).split(whereSeparator: \.isNewline)
        rows = try lines.dropFirst().map { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == 2, let year = Int(fields[0].prefix(4)),
                let value = fields[1].isEmpty ? .nan : Double(fields[1])
            else { throw ClimateError("'\(line)' is not a time and a value") }
            return Row(year: year, value: value)
        }
    }

    func payload() throws -> [UInt8] { file }
}
