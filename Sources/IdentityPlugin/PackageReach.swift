import Foundation
import PackagePlugin

/// What a target depends on, directly or not: targets of its own package, and products of others.
struct PackageReach {
    private(set) var targets: [any Target] = []
    private(set) var products: [any Product] = []

    init(of target: any Target) {
        var seen: Set<Target.ID> = [target.id]
        var waiting = target.dependencies
        while let next = waiting.popLast() {
            switch next {
            case .target(let target):
                guard seen.insert(target.id).inserted else { continue }
                targets.append(target)
                waiting += target.dependencies
            case .product(let product): products.append(product)
            @unknown default: continue
            }
        }
        targets.sort { $0.name < $1.name }
    }
}

extension Package {
    /// The other packages that products come from, with those that they depend on.
    func packages(of products: [any Product]) -> [Package] {
        let wanted = Set(products.map(\.id))
        var found: [Package] = []
        var seen: Set<Package.ID> = [id]
        var waiting = dependencies.map(\.package).filter { package in
            package.products.contains { wanted.contains($0.id) }
        }
        while let next = waiting.popLast() {
            guard seen.insert(next.id).inserted else { continue }
            found.append(next)
            waiting += next.dependencies.map(\.package)
        }
        return found.sorted { $0.displayName < $1.displayName }
    }
}

extension PackageOrigin {
    /// The version that is in use.
    var version: String {
        switch self {
        case .repository(_, let version, let revision):
            version == revision ? version : "\(version) (\(revision))"
        case .registry(_, let version): version
        case .local: "local"
        case .root: "root"
        @unknown default: "unknown"
        }
    }
}
