// What users hold in their hands is public where it is defined, and gets its name here, so that
// `import Stemma` is all that a program needs.
@_exported import struct StemmaBlobs.Digest
@_exported import struct StemmaBlobs.StemmaError
@_exported import struct StemmaEvolution.SchemaViolation
@_exported import struct StemmaLineage.LineageGraph
@_exported import struct StemmaLineage.Pipeline
@_exported import struct StemmaRecords.Address
@_exported import enum StemmaRecords.JSONValue
@_exported import struct StemmaRecords.JSONObject
@_exported import struct StemmaRecords.JSONPointer
@_exported import struct StemmaRecords.KeyDeclaration
@_exported import struct StemmaRecords.KeyDeclarations
@_exported import enum StemmaRecords.KeyType
@_exported import typealias StemmaRecords.Keys
@_exported import struct StemmaRecords.NamedValues
@_exported import struct StemmaRecords.NDArray
@_exported import protocol StemmaRecords.NPYElement
@_exported import struct StemmaRecords.PayloadFormat
@_exported import struct StemmaRecords.Record
@_exported import enum StemmaRecords.Scalar
@_exported import enum StemmaRecords.SchemaValidation
@_exported import struct StemmaRecords.SchemaVersion
@_exported import struct StemmaRecords.StoreSettings
@_exported import typealias StemmaRecords.Version
