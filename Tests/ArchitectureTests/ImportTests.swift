internal import Testing

/// Imports run strictly downward, as the table says, and Package.swift says the same.
struct ImportTests {
  @Test func theTableRunsDownward() {
    let layers = Dictionary(uniqueKeysWithValues: Module.all.map { ($0.name, $0.layer) })
    for module in Module.all {
      for imported in module.modules {
        #expect(layers[imported].map { $0 < module.layer } == true, "\(module.name) imports \(imported)")
      }
    }
  }

  @Test func modulesImportWhatTheTableAllows() throws {
    let modules = Dictionary(uniqueKeysWithValues: Module.all.map { ($0.name, $0) })
    for file in try Repository.swiftFiles("Sources") {
      let module = try #require(modules[file.target], "\(file.target) is missing from the table")
      let allowed = module.modules.union(module.packages).union(Module.system)
        .union(module.mayUseFoundation ? Module.foundation : [])
      for statement in Import.all(in: file) {
        #expect(
          allowed.contains(statement.module),
          "\(file.path):\(statement.line): \(module.name) may not import \(statement.module)")
      }
    }
  }

  @Test func testsImportOnlyWhatTheyDependOn() throws {
    let manifest = try Manifest()
    for file in try Repository.swiftFiles("Tests") {
      let dependencies = try #require(
        manifest.dependencies[file.target], "\(file.target) is missing from Package.swift")
      for statement in Import.all(in: file) where manifest.dependencies[statement.module] != nil {
        #expect(
          dependencies.contains(statement.module),
          "\(file.path):\(statement.line): \(statement.module) is no dependency of \(file.target)")
      }
    }
  }

  @Test func everyImportSaysItsAccessLevelAndNoneIsTestable() throws {
    for file in try Repository.swiftFiles("Sources", "Tests") {
      for statement in Import.all(in: file) {
        #expect(statement.access != nil, "\(file.path):\(statement.line): write `internal import` or what is meant")
        #expect(
          !statement.isTestable, "\(file.path):\(statement.line): release builds have no @testable; use `package`")
      }
    }
  }

  @Test func packageManifestAgreesWithTheTable() throws {
    let manifest = try Manifest()
    let targets = Set(manifest.dependencies.keys).subtracting(manifest.testTargets)
    #expect(targets == Set(Module.all.map(\.name)))
    for module in Module.all {
      #expect(manifest.dependencies[module.name] == module.modules, "dependencies of \(module.name)")
    }
  }

  /// A dependency that nothing imports makes builds wait for it and readers wonder.
  @Test func everyDependencyIsImported() throws {
    let manifest = try Manifest()
    var imported: [String: Set<String>] = [:]
    for file in try Repository.swiftFiles("Sources", "Tests") {
      imported[file.target, default: []].formUnion(Import.all(in: file).map(\.module))
    }
    for (target, dependencies) in manifest.dependencies {
      let unused = dependencies.subtracting(imported[target] ?? [])
      #expect(unused.isEmpty, "\(target) depends on \(unused.sorted()) and imports none of it")
    }
  }

  @Test func importsAreRecognised() throws {
    let plain = try #require(Import("import Foundation", line: 1))
    #expect(plain.module == "Foundation" && plain.access == nil && !plain.isTestable)
    let full = try #require(Import("@preconcurrency public import struct NIOCore.ByteBuffer", line: 1))
    #expect(full.module == "NIOCore" && full.access == "public")
    #expect(try #require(Import("@testable import X", line: 1)).isTestable)
    #expect(Import("// import Foundation", line: 1) == nil)
    #expect(Import("let important = 1", line: 1) == nil)
  }
}
